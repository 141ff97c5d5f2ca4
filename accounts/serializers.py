"""Serializers of the accounts part of /api/v1/."""

from typing import Any

from rest_framework import serializers

from accounts import codes
from accounts.models import Role, User, UserSession
from accounts.services import PROFILE_FIELDS
from utils.api.fields import EmailInput, PhoneInput, PictureField, UsernameInput
from utils.api.inputs import Input


class PasswordField(serializers.CharField):
    """Read a password exactly as it was sent, spaces included, and never show it.

    Its length is limited to 128 characters, because longer passwords would only cost hashing time.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=128, write_only=True, trim_whitespace=False, **kwargs)


class RegistrationInput(Input, serializers.ModelSerializer):
    username = UsernameInput()
    email = EmailInput()
    password = PasswordField()
    phone = PhoneInput(required=False, allow_blank=True)

    class Meta:
        model = User
        ref_name = "RegistrationInput"
        fields = ["username", "email", "password", "first_name", "last_name", "phone"]
        swagger_schema_fields = {
            "example": {"username": "john_doe", "email": "john@example.com", "password": "securepass123"}
        }


class CredentialsInput(Input):
    username = serializers.CharField(max_length=254, help_text="Username or e-mail address")
    password = PasswordField()

    class Meta:
        swagger_schema_fields = {"example": {"username": "customer", "password": "demo-customer-1"}}


class RefreshInput(Input):
    refresh = serializers.CharField(max_length=2000)

    class Meta:
        swagger_schema_fields = {"example": {"refresh": "eyJhbGciOiJIUzI1NiIs..."}}


class TokenInput(Input):
    token = serializers.CharField(max_length=2000)

    class Meta:
        swagger_schema_fields = {"example": {"token": "eyJhbGciOiJIUzI1NiIs..."}}


class TokenPairOutput(serializers.Serializer):
    access = serializers.CharField()
    refresh = serializers.CharField()

    class Meta:
        swagger_schema_fields = {"example": {"access": "eyJhbGciOiJIUzI1NiIs...", "refresh": "eyJhbGciOiJIUzI1NiIs..."}}


class EmailOnlyInput(Input):
    email = EmailInput()

    class Meta:
        swagger_schema_fields = {"example": {"email": "john@example.com"}}


class CodeField(serializers.RegexField):
    """Read a code of six digits, also with the spaces that people copy along."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = "The six digits from the mail"
        super().__init__(rf"^[0-9]{{{codes.DIGITS}}}$", max_length=20, help_text=help_text, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data.replace(" ", "") if isinstance(data, str) else data)


class EmailVerifyInput(EmailOnlyInput):
    code = CodeField()

    class Meta:
        swagger_schema_fields = {"example": {"email": "john@example.com", "code": "493817"}}


class ResetRequestInput(EmailOnlyInput):
    by = serializers.ChoiceField(choices=["link", "code"], default="link")

    class Meta:
        swagger_schema_fields = {"example": {"email": "john@example.com", "by": "link"}}


class ResetByCodeInput(EmailVerifyInput):
    password = PasswordField()

    class Meta:
        swagger_schema_fields = {
            "example": {"email": "john@example.com", "code": "493817", "password": "another-pass-456"}
        }


class ResetByLinkInput(Input):
    token = serializers.CharField(max_length=200, help_text="The text after the # in the mailed link")
    password = PasswordField()

    class Meta:
        swagger_schema_fields = {"example": {"token": "MTc.d2h1q4-6e9...", "password": "another-pass-456"}}


class PasswordInput(Input):
    password = PasswordField(help_text="The current password")

    class Meta:
        swagger_schema_fields = {"example": {"password": "securepass123"}}


class EmailChangeInput(EmailOnlyInput, PasswordInput):
    class Meta:
        swagger_schema_fields = {"example": {"email": "new@example.com", "password": "securepass123"}}


class CodeInput(Input):
    code = CodeField()

    class Meta:
        swagger_schema_fields = {"example": {"code": "493817"}}


class MailedOutput(serializers.Serializer):
    detail = serializers.CharField()


class SessionOutput(serializers.ModelSerializer):
    is_current = serializers.BooleanField(help_text="Whether this sign-in sent the request")

    class Meta:
        model = UserSession
        ref_name = "SignIn"
        fields = ["id", "device", "created_at", "last_used_at", "is_current"]


class PasswordChangeInput(Input):
    old_password = PasswordField()
    new_password = PasswordField()

    class Meta:
        swagger_schema_fields = {"example": {"old_password": "securepass123", "new_password": "another-pass-456"}}


class ProfileInput(Input, serializers.ModelSerializer):
    phone = PhoneInput(required=False, allow_blank=True)
    avatar = PictureField(required=False)

    class Meta:
        model = User
        fields = PROFILE_FIELDS
        swagger_schema_fields = {
            "example": {"first_name": "John", "last_name": "Doe", "phone": "+1234567890", "city": "New York"}
        }


class UserOutput(serializers.ModelSerializer):
    role = serializers.ChoiceField(choices=Role.choices)
    avatar = serializers.ImageField(allow_null=True)
    email_verified = serializers.BooleanField(source="is_email_verified")

    class Meta:
        model = User
        fields = [
            "id",
            "username",
            "email",
            "email_verified",
            "role",
            *PROFILE_FIELDS,
            "date_joined",
        ]


class RegistrationOutput(serializers.Serializer):
    user = UserOutput()
    tokens = TokenPairOutput()


class CookieSessionOutput(serializers.Serializer):
    csrf_token = serializers.CharField()
    user = UserOutput(allow_null=True)
