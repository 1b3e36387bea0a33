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
        ('recordings', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MetricDefinition',
            fields=[
                ('id', models.UUIDField(default=shared.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('metric', models.CharField(max_length=64)),
                ('version', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=120)),
                ('unit', models.CharField(max_length=40)),
                ('better', models.CharField(max_length=8)),
                ('definition', models.TextField()),
                ('source', models.TextField()),
                ('needs', models.JSONField(default=list)),
                ('validated', models.CharField(max_length=12)),
                ('smallest_detectable_change', models.FloatField(null=True)),
                ('is_current', models.BooleanField(default=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('metric', 'version'), name='progress_definition_once')],
            },
        ),
        migrations.CreateModel(
            name='ChartPicture',
            fields=[
                ('id', models.UUIDField(default=shared.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('panel', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64)),
                ('locale', models.CharField(max_length=10)),
                ('theme', models.CharField(max_length=10)),
                ('svg', models.TextField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinics.clinic')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pictures', to='patients.patient')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('patient', 'panel', 'digest', 'locale', 'theme'), name='progress_picture_once')],
            },
        ),
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.UUIDField(default=shared.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('rule', models.CharField(max_length=20)),
                ('about', models.CharField(max_length=80)),
                ('reason', models.CharField(max_length=400)),
                ('value', models.FloatField(null=True)),
                ('threshold', models.FloatField()),
                ('window', models.CharField(max_length=80)),
                ('raised_at', models.DateTimeField()),
                ('cleared_at', models.DateTimeField(null=True)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('acknowledged_reason', models.CharField(blank=True, max_length=400)),
                ('acknowledged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinics.clinic')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flags', to='patients.patient')),
                ('session', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='flags', to='recordings.session')),
            ],
            options={
                'indexes': [models.Index(fields=['clinic', 'acknowledged_at'], name='progress_flag_open')],
                'constraints': [models.UniqueConstraint(fields=('patient', 'rule', 'about'), name='progress_flag_once')],
            },
        ),
        migrations.CreateModel(
            name='FlagRule',
            fields=[
                ('id', models.UUIDField(default=shared.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('rule', models.CharField(max_length=20)),
                ('enabled', models.BooleanField(default=True)),
                ('threshold', models.FloatField()),
                ('window', models.PositiveIntegerField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinics.clinic')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('clinic', 'rule'), name='progress_rule_once')],
            },
        ),
        migrations.CreateModel(
            name='MetricResult',
            fields=[
                ('id', models.UUIDField(default=shared.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('metric', models.CharField(max_length=64)),
                ('version', models.PositiveIntegerField()),
                ('scope', models.CharField(blank=True, default='', max_length=80)),
                ('value', models.FloatField(null=True)),
                ('unit', models.CharField(max_length=40)),
                ('quality', models.FloatField()),
                ('n', models.PositiveIntegerField(default=0)),
                ('missing_reason', models.CharField(max_length=400, null=True)),
                ('source', models.CharField(choices=[('server', 'Server'), ('client_reported', 'Client')], default='server', max_length=16)),
                ('input_sha256', models.CharField(blank=True, max_length=64)),
                ('computed_at', models.DateTimeField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinics.clinic')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='results', to='recordings.session')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', 'metric'], name='progress_result_series')],
                'constraints': [models.UniqueConstraint(fields=('session', 'metric', 'version', 'scope'), name='progress_result_once'), models.CheckConstraint(condition=models.Q(models.Q(('missing_reason__isnull', False), ('value__isnull', True)), models.Q(('missing_reason__isnull', True), ('value__isnull', False)), _connector='OR'), name='progress_result_value_xor_reason')],
            },
        ),
        ForceRowSecurity('ChartPicture'),
        ForceRowSecurity('Flag'),
        ForceRowSecurity('FlagRule'),
        ForceRowSecurity('MetricResult'),
    ]
