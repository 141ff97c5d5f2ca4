from django.db import migrations

from utils.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_verification_codes_audit")]

    operations = [append_only("accounts_auditentry")]
