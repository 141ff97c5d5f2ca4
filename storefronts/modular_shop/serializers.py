"""The inputs and outputs of contract 003 (the modular shop)."""

from typing import ClassVar

from rest_framework import serializers

from accounts.serializers import CodeField, PasswordField, TokenPairOutput
from storefronts.joint import serializers as joint
from storefronts.joint.serializers import ContractInput, only_password
from utils.api.fields import EmailInput


class RegistrationInput(joint.RegistrationInput):
    """Read a registration. The e-mail address is required, because a code is mailed to it.

    A username is made from the address when none is given.
    """

    repeated: ClassVar[tuple[str, ...]] = ("password2", "confirm_password")

    email = EmailInput()
    confirm_password = PasswordField(required=False)

    class Meta:
        ref_name = "003 registration"
        swagger_schema_fields = {
            "example": {
                "username": "john_doe",
                "email": "john@example.com",
                "password": "securepass123",
                "password2": "securepass123",
            }
        }


class RegisteredOutput(joint.RegisteredOutput):
    message = serializers.CharField(default="User registered. A code that activates the account is on its way by mail.")

    class Meta:
        ref_name = "003 registered user"


class MessageOutput(serializers.Serializer):
    message = serializers.CharField()

    class Meta:
        ref_name = "003 message"


class EmailOnlyInput(ContractInput):
    email = EmailInput()

    class Meta:
        ref_name = "003 e-mail address"
        swagger_schema_fields = {"example": {"email": "john@example.com"}}


class OtpInput(ContractInput):
    """Read a mailed code with its e-mail address. The field ``otp`` may also be called ``code``."""

    email = EmailInput()
    otp = CodeField(required=False)
    code = CodeField(required=False)

    class Meta:
        ref_name = "003 one-time password"
        swagger_schema_fields = {"example": {"email": "john@example.com", "otp": "493817"}}

    def validate(self, attrs: dict) -> dict:
        sent = [attrs.pop(name) for name in ("otp", "code") if name in attrs]
        if not sent:
            raise serializers.ValidationError({"otp": "Please give the code from the mail."}, code="required")
        return attrs | {"code": sent[0]}


class SignInInput(joint.SignInInput):
    class Meta:
        ref_name = "003 sign-in"
        swagger_schema_fields = {"example": {"username": "john_doe", "password": "securepass123"}}


class PasswordChangeInput(ContractInput):
    old_password = PasswordField()
    new_password = PasswordField()
    confirm_password = PasswordField(required=False)

    class Meta:
        ref_name = "003 password change"
        swagger_schema_fields = {"example": {"old_password": "securepass123", "new_password": "another-pass-456"}}

    def validate(self, attrs: dict) -> dict:
        return attrs | {"new_password": only_password(attrs, ("new_password",), ("confirm_password",))}


class PasswordChangedOutput(TokenPairOutput):
    message = serializers.CharField(
        default="The password has been changed. Earlier tokens no longer work; here are new ones."
    )

    class Meta:
        ref_name = "003 password changed"


class NewPasswordInput(ContractInput):
    """Read a new password. The field ``password`` may also be called ``new_password``."""

    password = PasswordField(required=False)
    new_password = PasswordField(required=False)
    password2 = PasswordField(required=False)
    confirm_password = PasswordField(required=False)

    class Meta:
        ref_name = "003 new password"
        swagger_schema_fields = {"example": {"password": "another-pass-456", "confirm_password": "another-pass-456"}}

    def validate(self, attrs: dict) -> dict:
        named, repeated = ("password", "new_password"), ("password2", "confirm_password")
        return {"password": only_password(attrs, named, repeated)}


class UserOutput(serializers.Serializer):
    """Show the signed-in user (``accounts.models.User``)."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    email = serializers.CharField(allow_null=True)
    email_verified = serializers.BooleanField(source="is_email_verified")
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    is_staff = serializers.BooleanField()
    date_joined = serializers.DateTimeField()

    class Meta:
        ref_name = "003 user"
