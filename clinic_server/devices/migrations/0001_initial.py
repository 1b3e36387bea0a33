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
        ('patients', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessToken',
            fields=[
                ('hash', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('profile_id', models.UUIDField()),
                ('clinic_id', models.UUIDField()),
                ('expires_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Nonce',
            fields=[
                ('hash', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('expires_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Pairing',
            fields=[
                ('id', models.UUIDField(default=shared.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('device_code_hash', models.CharField(max_length=64, unique=True)),
                ('user_code', models.CharField(max_length=8, unique=True)),
                ('public_key', models.CharField(max_length=43)),
                ('box_key', models.CharField(max_length=43)),
                ('app_version', models.CharField(blank=True, max_length=200)),
                ('machine', models.CharField(blank=True, max_length=200)),
                ('fingerprint', models.CharField(max_length=40)),
                ('expires_at', models.DateTimeField()),
                ('interval_s', models.PositiveSmallIntegerField(default=5)),
                ('last_poll_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('pending', 'Pending'), ('approved', 'Approved'), ('denied', 'Denied'), ('used', 'Used')], default='pending', max_length=8)),
                ('profile_id', models.UUIDField(null=True)),
                ('clinic_id', models.UUIDField(null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ProfileAddress',
            fields=[
                ('profile_id', models.UUIDField(primary_key=True, serialize=False)),
                ('clinic_id', models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name='PairingFailure',
            fields=[
                ('id', models.UUIDField(default=shared.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinics.clinic')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('id', models.UUIDField(default=shared.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('public_key', models.CharField(max_length=43)),
                ('box_key', models.CharField(max_length=43)),
                ('machine', models.CharField(blank=True, max_length=200)),
                ('app_version', models.CharField(blank=True, max_length=200)),
                ('expires_at', models.DateTimeField()),
                ('revocation', models.CharField(blank=True, choices=[('', 'None'), ('retired', 'Retired'), ('stolen', 'Stolen')], default='', max_length=8)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('last_seen_at', models.DateTimeField(null=True)),
                ('clock_offset_ms', models.FloatField(null=True)),
                ('server_seq', models.PositiveBigIntegerField(default=0)),
                ('agreed', models.JSONField(default=dict)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinics.clinic')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='profiles', to='patients.patient')),
            ],
            options={
                'abstract': False,
            },
        ),
        ForceRowSecurity('PairingFailure'),
        ForceRowSecurity('Profile'),
    ]
