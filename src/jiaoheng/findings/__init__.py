"""What a county is worth against a standard: ``assess`` and ``explain``."""

from jiaoheng.findings.assess import AssessmentError, assess
from jiaoheng.findings.assessment import Assessment, Coefficient, Finding, ItemResult, SchoolVerdict, Value
from jiaoheng.findings.change import Changes, changes
from jiaoheng.findings.change_words import change_sentences
from jiaoheng.findings.explain import Explanation, explain

__all__ = [
    "Assessment",
    "AssessmentError",
    "Changes",
    "Coefficient",
    "Explanation",
    "Finding",
    "ItemResult",
    "SchoolVerdict",
    "Value",
    "assess",
    "change_sentences",
    "changes",
    "explain",
]
