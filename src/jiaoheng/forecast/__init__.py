"""How many children there will be, by place, school and grade, and how many seats there are for them."""

from jiaoheng.forecast.answer import Forecast
from jiaoheng.forecast.errors import ForecastError
from jiaoheng.forecast.making import forecast
from jiaoheng.forecast.request import ForecastRequest, Housing
from jiaoheng.forecast.rows import enrolment
from jiaoheng.forecast.seats import compare

__all__ = ["Forecast", "ForecastError", "ForecastRequest", "Housing", "compare", "enrolment", "forecast"]
