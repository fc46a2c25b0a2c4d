"""Addresses."""

from django.urls import path

from jiaoheng.web.pages.audit import views

urlpatterns = [
    path("audit/", views.index, name="audit"),
    path("audit/<int:number>/", views.event, name="audit_event"),
    path("audit/export/", views.export, name="audit_export"),
    path("audit/chain/", views.chain_state, name="audit_chain"),
    path("audit/verify/", views.verify, name="audit_verify"),
]
