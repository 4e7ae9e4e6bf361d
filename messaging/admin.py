"""What the hospital's administrator keeps of messages: the days without contact."""

from django.contrib import admin

from accounts.sites import HospitalModelAdmin, hospital_admin
from messaging.models import BlackoutDay


@admin.register(BlackoutDay, site=hospital_admin)
class BlackoutDayAdmin(HospitalModelAdmin):
    """Days on which the hospital contacts nobody."""

    list_display = ("first_on", "last_on", "name", "stops")
    fields = ("first_on", "last_on", "name", "stops")
    may_delete = True
