"""Addresses."""

from django.urls import path

from jiaoheng.web.pages.tasks import bulletins, expense, findings, listing, making, rules, views

urlpatterns = [
    path("tasks/", listing.index, name="tasks"),
    path("tasks/board/", listing.board, name="board"),
    path("tasks/calendar/", listing.calendar, name="calendar"),
    path("tasks/export/", listing.export, name="tasks_export"),
    path("tasks/new/", making.new, name="task_new"),
    path("tasks/findings/", findings.index, name="task_findings"),
    path("tasks/findings/one/", findings.one, name="task_from_finding"),
    path("tasks/rules/", rules.index, name="task_rules"),
    path("tasks/rules/new/", rules.new, name="task_rule_new"),
    path("tasks/rules/<int:pk>/", rules.change, name="task_rule"),
    path("tasks/evidence/<str:token>/", views.evidence, name="evidence"),
    path("tasks/<int:pk>/", views.page, name="task"),
    path("tasks/<int:pk>/edit/", making.edit, name="task_edit"),
    path("tasks/<int:pk>/comment/", views.comment, name="task_comment"),
    path("tasks/<int:pk>/attach/", views.attach, name="task_attach"),
    path("tasks/<int:pk>/remove/<str:token>/", views.remove, name="task_remove_evidence"),
    path("tasks/<int:pk>/expense/", expense.set_amount, name="task_expense"),
    path("tasks/<int:pk>/approve/", expense.approve_amount, name="task_approve"),
    path("tasks/<int:pk>/move/<slug:name>/", views.move, name="task_move"),
    path("bulletins/", bulletins.index, name="bulletins"),
    path("bulletins/<int:year>/<int:month>/", bulletins.month, name="bulletin"),
    path("bulletins/<int:year>/<int:month>/excel/", bulletins.excel, name="bulletin_excel"),
    path("bulletins/<int:year>/<int:month>/<int:unit>/", bulletins.unit, name="bulletin_unit"),
]
