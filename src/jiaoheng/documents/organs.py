"""The organs that issue documents, and the date below their names."""

from __future__ import annotations

import re

from jiaoheng.documents.dates import DATE

ORGAN = (
    r"(?:人民政府(?:办公室|办公厅)?|教育(?:和体育|体育|科技和体育|科学技术|和科学技术|科技)?局|教体局|教育工作委员会|教育工委|教育厅|教育委员会"
    r"|委员会(?:办公室|办公厅|教育工作领导小组(?:办公室|秘书组)?)?|办公室|办公厅|领导小组(?:办公室)?|指挥部(?:办公室)?|管委会|局|委|厅|教育部|国务院)"
)
SIGNATURE = re.compile(rf"(?:中共)?[\u4e00-\u9fff()·]{{2,30}}{ORGAN}\Z")
DAY = re.compile(DATE.pattern + r"(?:印发|发布)?\Z")
