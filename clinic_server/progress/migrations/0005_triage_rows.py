"""Every patient gets a row in the triage list; `safety` becomes the two rules that it was made of."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    model = {name: apps.get_model("progress", name).objects.using(connection.alias)
             for name in ("Flag", "FlagRule", "TriageSummary")}  # fmt: skip
    patients = apps.get_model("patients", "Patient").objects.using(connection.alias)
    for clinic in apps.get_model("clinics", "Clinic").objects.using(connection.alias):
        if connection.vendor == "postgresql":  # row security binds the owner too
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('app.clinic_id', %s, true)", [str(clinic.id)])
        model["TriageSummary"].bulk_create(
            [
                apps.get_model("progress", "TriageSummary")(
                    clinic_id=clinic.id, patient_id=key, place="99" + "9" * 20 + pseudonym
                )
                for key, pseudonym in patients.filter(clinic_id=clinic.id).values_list("id", "pseudonym")
            ]
        )
        safety = model["Flag"].filter(clinic_id=clinic.id, rule="safety")
        safety.filter(reason__startswith="Pain").update(rule="pain_up")
        safety.filter(rule="safety").update(rule="fall_event")
        model["FlagRule"].filter(clinic_id=clinic.id, rule="safety").update(rule="pain_up", window=3)


class Migration(migrations.Migration):
    dependencies = [("progress", "0004_triage"), ("clinics", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
