from __future__ import annotations

import django.db.models.deletion
import shared.ids
from django.db import migrations, models

from clinic_server.core.rowsecurity import ForceRowSecurity


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('clinics', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='AccessLog',
            fields=[
                ('id', models.UUIDField(default=shared.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('clinic_id', models.UUIDField()),
                ('number', models.PositiveBigIntegerField()),
                ('at', models.DateTimeField()),
                ('actor_kind', models.CharField(max_length=10)),
                ('actor_id', models.UUIDField(null=True)),
                ('action', models.CharField(max_length=60)),
                ('relation', models.CharField(default='', max_length=20)),
                ('patient_id', models.UUIDField(null=True)),
                ('subject_id', models.UUIDField(null=True)),
                ('result_count', models.PositiveIntegerField(default=1)),
                ('request_id', models.CharField(default='', max_length=64)),
                ('detail', models.CharField(default='', max_length=200)),
                ('previous_hash', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['clinic_id', 'patient_id', 'at'], name='core_accesslog_patient')],
                'constraints': [models.UniqueConstraint(fields=('clinic_id', 'number'), name='core_accesslog_chain')],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=shared.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('clinic_id', models.UUIDField()),
                ('kind', models.CharField(max_length=40)),
                ('subject_id', models.UUIDField()),
                ('version', models.CharField(default='', max_length=64)),
                ('priority', models.SmallIntegerField(default=0)),
                ('state', models.CharField(choices=[('ready', 'Ready'), ('leased', 'Leased'), ('done', 'Done'), ('dead', 'Dead')], default='ready', max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('not_before', models.DateTimeField()),
                ('lease_owner', models.CharField(default='', max_length=100)),
                ('lease_until', models.DateTimeField(null=True)),
                ('fence', models.BigIntegerField(default=0)),
                ('last_error', models.TextField(default='')),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['ready', 'leased'])), fields=['priority', 'not_before'], name='core_job_open')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'subject_id', 'version'), name='core_job_once')],
            },
        ),
        migrations.CreateModel(
            name='IdempotentReply',
            fields=[
                ('id', models.UUIDField(default=shared.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('user_id', models.UUIDField()),
                ('key', models.CharField(max_length=255)),
                ('route', models.CharField(max_length=200)),
                ('body_sha256', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField()),
                ('body', models.JSONField()),
                ('headers', models.JSONField(default=dict)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinics.clinic')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('clinic', 'user_id', 'key'), name='core_idempotent_once')],
            },
        ),
        ForceRowSecurity('AccessLog'),
        ForceRowSecurity('IdempotentReply'),
    ]
