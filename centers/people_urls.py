"""Addresses of the pages of people."""

from django.urls import path

from centers import people_action_views, people_views

app_name = "people"
urlpatterns = [
    path("", people_views.person_list, name="person_list"),
    path("new/", people_views.person_create, name="person_create"),
    path("<int:pk>/", people_views.person_detail, name="person_detail"),
    path("<int:pk>/edit/", people_views.person_update, name="person_update"),
    path("<int:pk>/deactivate/", people_action_views.person_deactivate, name="person_deactivate"),
    path("<int:pk>/reactivate/", people_action_views.person_reactivate, name="person_reactivate"),
    path("<int:pk>/sign-out/", people_action_views.person_sign_out, name="person_sign_out"),
    path("<int:pk>/second-factor/", people_action_views.person_reset_second_factor, name="person_reset_second_factor"),
    path("<int:pk>/link/", people_action_views.person_link, name="person_link"),
]
