"""Addresses."""

from django.urls import path

from jiaoheng.web.pages.documents import (
    adding,
    comparing,
    deciding,
    grouping,
    ledgering,
    listing,
    reader,
    register,
    standing,
)

urlpatterns = [
    path("documents/", listing.index, name="documents"),
    path("documents/new/", listing.new, name="document_new"),
    path("documents/compare/", comparing.index, name="documents_compare"),
    path("documents/<int:pk>/", reader.show, name="document"),
    path("documents/<int:pk>/progress/", reader.progress, name="document_progress"),
    path("documents/<int:pk>/file/", reader.file, name="document_file"),
    path("documents/<int:pk>/about/", listing.about, name="document_about"),
    path("documents/<int:pk>/read-again/", listing.read_again, name="document_read_again"),
    path("documents/<int:pk>/withdraw/", listing.withdraw, name="document_withdraw"),
    path("documents/<int:pk>/restore/", listing.restore, name="document_restore"),
    path("documents/<int:pk>/list/", register.show, name="document_list"),
    path("documents/<int:pk>/list/confirm/", register.confirm, name="document_confirm_all"),
    path("documents/<int:pk>/standing/", standing.show, name="document_standing"),
    path("documents/<int:pk>/measure/", standing.ask, name="document_measure"),
    path("documents/<int:pk>/ledger/", ledgering.show, name="document_ledger"),
    path("documents/<int:pk>/groups/", grouping.show, name="document_groups"),
    path("documents/groups/<int:pk>/reject/", grouping.reject, name="grouping_reject"),
    path("documents/groups/<int:pk>/reopen/", grouping.reopen, name="grouping_reopen"),
    path("documents/<int:pk>/add/", adding.add, name="commitment_add"),
    path("documents/commitments/<int:pk>/", deciding.show, name="commitment"),
    path("documents/commitments/<int:pk>/correct/", deciding.correct, name="commitment_correct"),
    path("documents/commitments/<int:pk>/confirm/", deciding.confirm, name="commitment_confirm"),
    path("documents/commitments/<int:pk>/reject/", deciding.reject, name="commitment_reject"),
    path("documents/commitments/<int:pk>/count/", comparing.count, name="commitment_count"),
    path("documents/commitments/<int:pk>/apart/", comparing.apart, name="commitment_apart"),
    path("documents/commitments/<int:pk>/reopen/", deciding.reopen, name="commitment_reopen"),
]
