"""The inputs and outputs that several contracts share."""

from collections.abc import Sequence
from typing import Any, ClassVar

from rest_framework import serializers

from accounts import serializers as accounts
from accounts.serializers import PasswordField
from utils.api.fields import AmountField, AmountInput, EmailInput, IdField, UsernameInput
from utils.api.inputs import Input


class ContractInput(Input):
    """Read an object of a published contract. Clients may send fields that the contract does not name."""

    refuses_unknown = False


def only_password(attrs: dict[str, Any], names: Sequence[str], repeated: Sequence[str]) -> str:
    """Take the password out of ``attrs`` and return it.

    The client sends it under one of ``names`` and may repeat it under the names in ``repeated``. Raise
    ``ValidationError`` when it is missing, or when two of the fields differ.
    """
    sent = {name: attrs.pop(name) for name in (*names, *repeated) if name in attrs}
    if not any(name in sent for name in names):
        raise serializers.ValidationError({names[0]: "A password is needed."}, code="required")
    if len(set(sent.values())) > 1:
        raise serializers.ValidationError({list(sent)[-1]: "The two passwords differ."})
    return next(iter(sent.values()))


class CredentialsInput(ContractInput, accounts.CredentialsInput):
    class Meta(accounts.CredentialsInput.Meta):
        ref_name = "shop credentials"


class RefreshInput(ContractInput, accounts.RefreshInput):
    class Meta(accounts.RefreshInput.Meta):
        ref_name = "shop refresh"


class TokenInput(ContractInput, accounts.TokenInput):
    class Meta(accounts.TokenInput.Meta):
        ref_name = "shop token"


class RegistrationInput(ContractInput):
    """Read a registration. Contract 000 has ``password1`` and ``password2``, contract 001 has ``password``.

    Clients of both send a username, an e-mail address, or both.
    """

    repeated: ClassVar[tuple[str, ...]] = ("password2",)

    username = UsernameInput(required=False)
    email = EmailInput(required=False)
    password = PasswordField(required=False)
    password1 = PasswordField(required=False)
    password2 = PasswordField(required=False)
    first_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=150, required=False, allow_blank=True)

    class Meta:
        ref_name = "shop registration"
        swagger_schema_fields = {
            "example": {
                "username": "admin1",
                "email": "admin1@example.com",
                "password1": "M@h@d!@199610",
                "password2": "M@h@d!@199610",
            }
        }

    def validate(self, attrs: dict) -> dict:
        if not attrs.get("username") and not attrs.get("email"):
            raise serializers.ValidationError({"username": "Give a username or an e-mail address."})
        return attrs | {"password": only_password(attrs, ("password", "password1"), self.repeated)}


class SignInInput(ContractInput):
    """Read a sign-in by ``username`` or by ``email``; the other field may be empty.

    ``username`` may hold an e-mail address, too.
    """

    username = serializers.CharField(max_length=254, required=False, allow_blank=True)
    email = serializers.CharField(max_length=254, required=False, allow_blank=True)
    password = PasswordField()

    class Meta:
        ref_name = "shop sign-in"
        swagger_schema_fields = {"example": {"username": "john_doe", "password": "securepass123"}}

    def validate(self, attrs: dict) -> dict:
        username = attrs.get("username") or attrs.get("email")
        if not username:
            raise serializers.ValidationError({"username": "Give a username or an e-mail address."})
        return {"username": username, "password": attrs["password"]}


class ProfileFields(ContractInput):
    """Read and show the fields of ``accounts.models.User`` that a customer may change."""

    first_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    address = serializers.CharField(max_length=255, required=False, allow_blank=True)
    city = serializers.CharField(max_length=100, required=False, allow_blank=True)
    postal_code = serializers.CharField(max_length=20, required=False, allow_blank=True)
    country = serializers.CharField(max_length=100, required=False, allow_blank=True)

    class Meta:
        ref_name = "shop profile fields"


class VariantInput(IdField):
    """Read the id of a variant of the product that the client names.

    The contracts' documents know only products, so the field is optional. Without it, the product's default variant is
    taken.
    """

    def __init__(self, **kwargs: Any) -> None:
        help_text = "A variant of the product; the product's default variant if not given"
        super().__init__(required=False, help_text=help_text, **kwargs)


class RegisteredOutput(serializers.Serializer):
    """Show a new user (``accounts.models.User``)."""

    message = serializers.CharField(default="User registered successfully.")
    id = serializers.IntegerField()
    username = serializers.CharField()
    email = serializers.CharField(allow_null=True)
    first_name = serializers.CharField()
    last_name = serializers.CharField()

    class Meta:
        ref_name = "shop registered user"


class ProductInput(ContractInput):
    name = serializers.CharField(max_length=255)
    description = serializers.CharField(max_length=50_000, required=False, allow_blank=True)
    price = AmountInput()
    stock = serializers.IntegerField(min_value=0, max_value=10**6, required=False)
    category = IdField(required=False, allow_null=True)

    class Meta:
        ref_name = "shop product input"
        swagger_schema_fields = {
            "example": {
                "name": "Gaming Laptop",
                "description": "High performance gaming laptop",
                "price": 1299.99,
                "stock": 50,
                "category": 1,
            }
        }


class CategoryInput(ContractInput):
    name = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=5000, required=False, allow_blank=True)

    class Meta:
        ref_name = "shop category input"
        swagger_schema_fields = {"example": {"name": "Electronics", "description": "Electronic devices and gadgets"}}


class CategoryOutput(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    slug = serializers.CharField()

    class Meta:
        ref_name = "shop category"


class ImageOutput(serializers.Serializer):
    id = serializers.IntegerField()
    image = serializers.CharField(source="url")
    alt = serializers.CharField()

    class Meta:
        ref_name = "shop image"


class ProductCard(serializers.Serializer):
    """Show a product that ``catalog.selectors.product_rows_with_pictures`` loaded, without its stock."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    price = AmountField()
    currency = serializers.CharField()
    category = serializers.IntegerField(source="category_id", allow_null=True)
    category_name = serializers.CharField(source="category.name", default=None)
    image = serializers.CharField(allow_null=True)
    images = ImageOutput(source="pictures", many=True)
    rating = serializers.DecimalField(max_digits=3, decimal_places=2, allow_null=True)
    ratings = serializers.IntegerField(source="review_count", help_text="The number of ratings")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    class Meta:
        ref_name = "shop product card"


class ProductOutput(ProductCard):
    """Show a product with the price and stock of its default variant, in lists and by itself."""

    variant = serializers.IntegerField(
        allow_null=True, help_text="The default variant; price and stock are this variant's"
    )
    stock = serializers.IntegerField()
    in_stock = serializers.BooleanField()

    class Meta:
        ref_name = "shop product"


class ReviewOutput(serializers.Serializer):
    """Show a review (``catalog.models.Review``)."""

    id = serializers.IntegerField()
    rating = serializers.IntegerField()
    comment = serializers.CharField()
    user = serializers.CharField(source="user.get_short_name")
    created_at = serializers.DateTimeField()

    class Meta:
        ref_name = "shop review"


class ProductDetailsOutput(ProductOutput):
    reviews = ReviewOutput(many=True)

    class Meta:
        ref_name = "shop product details"


class OrderItemOutput(serializers.Serializer):
    id = serializers.IntegerField()
    product = serializers.IntegerField(source="product_id")
    variant = serializers.IntegerField(source="variant_id")
    product_name = serializers.CharField(source="full_name")
    quantity = serializers.IntegerField()
    price = AmountField(source="unit_price")
    subtotal = AmountField(source="total")

    class Meta:
        ref_name = "shop order item"


class OrderOutput(serializers.Serializer):
    """Show an order that ``orders.selectors.order_details`` loaded."""

    id = serializers.IntegerField()
    order_number = serializers.CharField(source="number")
    status = serializers.CharField()
    payment_status = serializers.CharField()
    is_paid = serializers.BooleanField()
    total = AmountField()
    total_amount = AmountField(source="total")
    currency = serializers.CharField()
    shipping_address = serializers.CharField(source="shipment.one_line")
    street = serializers.CharField(source="shipment.street")
    city = serializers.CharField(source="shipment.city")
    state = serializers.CharField(source="shipment.state")
    zip_code = serializers.CharField(source="shipment.postal_code")
    country = serializers.CharField(source="shipment.country")
    phone_no = serializers.CharField(source="phone")
    phone_number = serializers.CharField(source="phone")
    items = OrderItemOutput(source="lines", many=True)
    created_at = serializers.DateTimeField(source="placed_at")
    updated_at = serializers.DateTimeField()

    class Meta:
        ref_name = "shop order"
