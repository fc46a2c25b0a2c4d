"""What a county is worth against a standard: ``assess`` and ``explain``."""

from jiaoheng.findings.assess import AssessmentError, assess
from jiaoheng.findings.assessment import Assessment, Coefficient, Finding, ItemResult, SchoolVerdict, Value
from jiaoheng.findings.explain import Explanation, explain

__all__ = [
    "Assessment",
    "AssessmentError",
    "Coefficient",
    "Explanation",
    "Finding",
    "ItemResult",
    "SchoolVerdict",
    "Value",
    "assess",
    "explain",
]
