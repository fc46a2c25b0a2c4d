"""Addresses."""

from django.urls import path

from jiaoheng.web.pages.facts import downloads, listing, mending, review, snapshots, submission, together, turnout

urlpatterns = [
    path("data/", listing.index, name="submissions"),
    path("data/new/", listing.new, name="new_submission"),
    path("data/template.xlsx", downloads.template, name="template"),
    path("data/schools/<str:code>/own.xlsx", downloads.own, name="own_workbook"),
    path("data/<int:pk>/", submission.show, name="submission"),
    path("data/<int:pk>/progress/", submission.progress, name="submission_progress"),
    path("data/<int:pk>/files/", submission.add, name="submission_add_files"),
    path("data/<int:pk>/files/<int:file>/", downloads.file, name="submission_file"),
    path("data/<int:pk>/files/<int:file>/remove/", submission.remove, name="submission_remove_file"),
    path("data/<int:pk>/files/<int:file>/restore/", submission.put_back, name="submission_restore_file"),
    path("data/<int:pk>/mend/", mending.save, name="submission_mend"),
    path("data/<int:pk>/waiting.csv", downloads.waiting_csv, name="submission_waiting_csv"),
    path("data/<int:pk>/waiting.xlsx", downloads.waiting_workbook, name="submission_waiting_workbook"),
    path("data/<int:pk>/ask/", turnout.ask, name="submission_ask"),
    path("data/<int:pk>/check/", submission.check, name="submission_check"),
    path("data/<int:pk>/submit/", submission.submit, name="submission_submit"),
    path("data/<int:pk>/take-back/", submission.take_back, name="submission_take_back"),
    path("data/<int:pk>/withdraw/", submission.withdraw, name="submission_withdraw"),
    path("data/<int:pk>/restore/", submission.restore, name="submission_restore"),
    path("data/<int:pk>/review/", review.show, name="submission_review"),
    path("data/<int:pk>/return/", review.send_back, name="submission_return"),
    path("data/<int:pk>/accept/", review.accept, name="submission_accept"),
    path("data/together/", together.index, name="together"),
    path("data/together/<int:pk>/", together.show, name="together_review"),
    path("data/together/<int:pk>/accept/", together.accept, name="together_accept"),
    path("data/snapshots/", snapshots.index, name="snapshots"),
    path("data/snapshots/compare/", snapshots.compare, name="compare_snapshots"),
    path("data/snapshots/<int:pk>/", snapshots.show, name="snapshot"),
    path("data/snapshots/<int:pk>/workbook/", snapshots.workbook, name="snapshot_workbook"),
    path("data/snapshots/<int:pk>/waiting.csv", snapshots.waiting, name="snapshot_waiting"),
]
