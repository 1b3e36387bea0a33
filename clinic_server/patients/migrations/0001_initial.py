from __future__ import annotations

import django.db.models.deletion
import shared.ids
from django.conf import settings
from django.db import migrations, models

from clinic_server.core.rowsecurity import ForceRowSecurity


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('clinics', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Patient',
            fields=[
                ('id', models.UUIDField(default=shared.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('pseudonym', models.CharField(max_length=20)),
                ('is_virtual', models.BooleanField(default=False)),
                ('virtual_profile', models.CharField(blank=True, max_length=40)),
                ('affected_side', models.CharField(choices=[('left', 'Left'), ('right', 'Right'), ('both', 'Both'), ('none', 'None')], default='none', max_length=5)),
                ('age_band', models.CharField(blank=True, max_length=10)),
                ('condition', models.CharField(blank=True, max_length=80)),
                ('impairment', models.JSONField(default=dict)),
                ('standing_cleared_at', models.DateTimeField(null=True)),
                ('measured', models.JSONField(default=dict)),
                ('bias_deg', models.FloatField(null=True)),
                ('next_review_on', models.DateField(null=True)),
                ('plan_revision', models.PositiveIntegerField(default=0)),
                ('row_version', models.PositiveIntegerField(default=1)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinics.clinic')),
                ('standing_cleared_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pseudonym'],
            },
        ),
        migrations.CreateModel(
            name='EmergencyAccess',
            fields=[
                ('id', models.UUIDField(default=shared.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('reason', models.CharField(max_length=400)),
                ('ends_at', models.DateTimeField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinics.clinic')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='patients.patient')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CareTeamMember',
            fields=[
                ('id', models.UUIDField(default=shared.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('is_owner', models.BooleanField(default=False)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinics.clinic')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='care_team', to='patients.patient')),
            ],
        ),
        migrations.CreateModel(
            name='PatientIdentity',
            fields=[
                ('id', models.UUIDField(default=shared.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('given_name', models.CharField(blank=True, max_length=80)),
                ('family_name', models.CharField(blank=True, max_length=80)),
                ('greeting_name', models.CharField(blank=True, max_length=80)),
                ('birth_date', models.DateField(null=True)),
                ('contact', models.CharField(blank=True, max_length=200)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinics.clinic')),
                ('patient', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='identity', to='patients.patient')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='patient',
            constraint=models.UniqueConstraint(fields=('clinic', 'pseudonym'), name='patients_patient_pseudonym'),
        ),
        migrations.AddConstraint(
            model_name='careteammember',
            constraint=models.UniqueConstraint(fields=('patient', 'user', 'starts_on'), name='patients_careteam_once'),
        ),
        ForceRowSecurity('Patient'),
        ForceRowSecurity('EmergencyAccess'),
        ForceRowSecurity('CareTeamMember'),
        ForceRowSecurity('PatientIdentity'),
    ]
