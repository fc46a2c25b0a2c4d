"""Addresses."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from jiaoheng.web.pages.people import account, clerks, log_in, units, views

urlpatterns = [
    path("log-in/", log_in.LogIn.as_view(), name="log_in"),
    path("log-in/code/", log_in.code, name="log_in_code"),
    path("log-out/", LogoutView.as_view(), name="log_out"),
    path("account/", account.account, name="account"),
    path("account/password/", account.change_password, name="change_password"),
    path("account/second-factor/", account.second_factor, name="second_factor"),
    path("account/second-factor/off/", account.second_factor_off, name="second_factor_off"),
    path("account/second-factor/codes/", account.backup_codes, name="backup_codes"),
    path("people/", views.index, name="people"),
    path("people/new/", views.add, name="person_add"),
    path("people/clerks/", clerks.add, name="clerks_add"),
    path("people/units/", units.index, name="organisations"),
    path("people/units/<int:key>/", units.unit, name="organisation"),
    path("people/units/<int:key>/new/", units.add, name="organisation_add"),
    path("people/units/<int:key>/change/", units.change, name="organisation_change"),
    path("people/<int:key>/", views.person, name="person"),
    path("people/<int:key>/name/", views.rename, name="person_rename"),
    path("people/<int:key>/role/", views.give_role, name="role_give"),
    path("people/role/<int:key>/end/", views.end_role, name="role_end"),
    path("people/<int:key>/password/", views.reset_password, name="person_password"),
    path("people/<int:key>/active/", views.set_active, name="person_active"),
    path("people/<int:key>/second-factor/", views.reset_second_factor, name="person_second_factor"),
]
