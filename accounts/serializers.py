"""Shapes of the accounts part of /api/v1/."""

from rest_framework import serializers

from accounts.models import Role, User
from utils.api.fields import EmailInput, PictureField, UsernameInput


class RegistrationInput(serializers.ModelSerializer):
    username = UsernameInput()
    email = EmailInput()
    password = serializers.CharField(max_length=128, write_only=True, trim_whitespace=False)

    class Meta:
        model = User
        ref_name = "RegistrationInput"
        fields = ["username", "email", "password", "first_name", "last_name", "phone"]
        swagger_schema_fields = {
            "example": {"username": "john_doe", "email": "john@example.com", "password": "securepass123"}
        }


class CredentialsInput(serializers.Serializer):
    username = serializers.CharField(max_length=254, help_text="Username or e-mail address")
    password = serializers.CharField(max_length=128, trim_whitespace=False)

    class Meta:
        swagger_schema_fields = {"example": {"username": "customer", "password": "demo-customer-1"}}


class RefreshInput(serializers.Serializer):
    refresh = serializers.CharField(max_length=2000)

    class Meta:
        swagger_schema_fields = {"example": {"refresh": "eyJhbGciOiJIUzI1NiIs..."}}


class TokenInput(serializers.Serializer):
    token = serializers.CharField(max_length=2000)

    class Meta:
        swagger_schema_fields = {"example": {"token": "eyJhbGciOiJIUzI1NiIs..."}}


class TokenPairOutput(serializers.Serializer):
    access = serializers.CharField()
    refresh = serializers.CharField()

    class Meta:
        swagger_schema_fields = {"example": {"access": "eyJhbGciOiJIUzI1NiIs...", "refresh": "eyJhbGciOiJIUzI1NiIs..."}}


class PasswordChangeInput(serializers.Serializer):
    old_password = serializers.CharField(max_length=128, trim_whitespace=False)
    new_password = serializers.CharField(max_length=128, trim_whitespace=False)

    class Meta:
        swagger_schema_fields = {"example": {"old_password": "securepass123", "new_password": "another-pass-456"}}


class UserOutput(serializers.ModelSerializer):
    role = serializers.ChoiceField(choices=Role.choices, read_only=True)
    avatar = PictureField(required=False)

    class Meta:
        model = User
        fields = [
            "id",
            "username",
            "email",
            "role",
            "first_name",
            "last_name",
            "gender",
            "phone",
            "address",
            "city",
            "postal_code",
            "country",
            "avatar",
            "date_joined",
        ]
        read_only_fields = ["id", "username", "email", "date_joined"]
        swagger_schema_fields = {
            "example": {"first_name": "John", "last_name": "Doe", "phone": "+1234567890", "city": "New York"}
        }


class RegistrationOutput(serializers.Serializer):
    user = UserOutput()
    tokens = TokenPairOutput()
