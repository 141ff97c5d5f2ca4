"""The inputs and outputs of contract 002 (O-Mache)."""

from typing import Any

from rest_framework import serializers

from accounts.serializers import PasswordField
from cart.services import MAX_QUANTITY
from storefronts.joint import serializers as joint
from storefronts.joint.serializers import ContractInput, VariantInput
from storefronts.omache.categories import CATEGORIES, GROUPS, slug_of
from utils.api.fields import (
    AmountField,
    AmountInput,
    EmailInput,
    IdField,
    KenyanMobileInput,
    PictureField,
    UsernameInput,
)
from utils.api.inputs import ListInput, ObjectListInput

_TOKENS = {"access": "eyJ0eXAiOiJKV1QiLCJhbGc...", "refresh": "eyJ0eXAiOiJKV1QiLCJhbGc..."}
_MOST_PRODUCTS = 100


class OptionalPicture(PictureField):
    """Read a picture that may be missing. The contract's forms send an empty text when no picture was chosen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        return (True, None) if data == "" else super().validate_empty_values(data)


class RegistrationInput(ContractInput):
    username = UsernameInput()
    email = EmailInput(required=False, allow_blank=True, allow_null=True)
    password1 = PasswordField()
    password2 = PasswordField()

    class Meta:
        ref_name = "002 registration"
        swagger_schema_fields = {
            "example": {
                "username": "wanjiru",
                "email": "wanjiru@example.com",
                "password1": "securepass123",
                "password2": "securepass123",
            }
        }

    def validate(self, attrs: dict) -> dict:
        password = attrs.pop("password1")
        if attrs.pop("password2") != password:
            raise serializers.ValidationError({"password2": "The two passwords differ."})
        return attrs | {"password": password, "email": attrs.get("email") or ""}


class LoginInput(joint.SignInInput):
    class Meta:
        ref_name = "002 login"
        swagger_schema_fields = {"example": {"username": "wanjiru", "password": "securepass123"}}


class UserFields(ContractInput):
    first_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=150, required=False, allow_blank=True)

    class Meta:
        ref_name = "002 user input"
        swagger_schema_fields = {"example": {"first_name": "Wanjiru", "last_name": "Kamau"}}


class UserOutput(UserFields):
    """Show a user (``accounts.models.User``) with the fields that dj-rest-auth has."""

    pk = serializers.IntegerField()
    username = serializers.CharField()
    email = serializers.CharField(allow_null=True)

    class Meta:
        ref_name = "002 user"


class SignedInOutput(serializers.Serializer):
    access = serializers.CharField()
    refresh = serializers.CharField()
    user = UserOutput()

    class Meta:
        ref_name = "002 signed in"


class LogoutInput(ContractInput):
    refresh = serializers.CharField(max_length=2000, required=False, allow_blank=True)

    class Meta:
        ref_name = "002 logout"
        swagger_schema_fields = {"example": {"refresh": _TOKENS["refresh"]}}


class DetailOutput(serializers.Serializer):
    detail = serializers.CharField()

    class Meta:
        ref_name = "002 detail"


class AccountFields(UserFields):
    avatar: Any = OptionalPicture(allow_null=True)
    gender = serializers.ChoiceField(choices=["female", "male", "other"], required=False, allow_blank=True)

    class Meta:
        ref_name = "002 account input"
        swagger_schema_fields = {"example": {"first_name": "Wanjiru", "last_name": "Kamau", "gender": "female"}}


class AccountOutput(UserFields):
    avatar = serializers.SerializerMethodField()
    gender = serializers.CharField(read_only=True)

    class Meta:
        ref_name = "002 account"

    def get_avatar(self, user: Any) -> str | None:
        return user.avatar.url if user.avatar else None


class ProductCard(joint.ProductCard):
    """Show a product with its category's slug, because the contract's clients know categories by their names."""

    category: Any = serializers.CharField(source="category.slug", default=None, allow_null=True)

    class Meta:
        ref_name = "002 product card"


class ProductOutput(ProductCard):
    item_number = serializers.IntegerField(help_text="Pieces for sale, the same as stock")
    variant = serializers.IntegerField(
        allow_null=True, help_text="The default variant; price and stock are this variant's"
    )
    stock = serializers.IntegerField()
    in_stock = serializers.BooleanField()

    class Meta:
        ref_name = "002 product"


class GroupsOutput(serializers.Serializer):
    class Meta:
        ref_name = "002 groups"

    def get_fields(self) -> dict[str, Any]:
        return {group: ProductOutput(many=True) for group in GROUPS}


class CategoryField(serializers.ChoiceField):
    """Read a category by its slug or by the name that the front page shows, in any letter case."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=CATEGORIES, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(slug_of(data) if isinstance(data, str) else data)


class ProductInput(ContractInput):
    name = serializers.CharField(max_length=255)
    image = OptionalPicture(allow_null=True)
    description = serializers.CharField(max_length=50_000, required=False, allow_blank=True)
    category = CategoryField()
    item_number = serializers.IntegerField(min_value=0, max_value=10**6, help_text="Pieces for sale")
    price = AmountInput()
    payment_mpesa_number = KenyanMobileInput(
        source="payout_phone",
        required=False,
        allow_blank=True,
        help_text="The M-Pesa number that receives the seller's money",
    )

    class Meta:
        ref_name = "002 product input"
        swagger_schema_fields = {
            "example": {
                "name": "Gaming mouse",
                "description": "Six buttons, one wheel",
                "category": "gaming",
                "item_number": 12,
                "price": "2500",
                "payment_mpesa_number": "0712345678",
            }
        }

    def validate(self, attrs: dict) -> dict:
        picture = attrs.pop("image", None)
        return attrs | {"stock": attrs.pop("item_number"), "images": [picture] if picture else []}


class CartInput(ContractInput):
    products = ListInput(child=IdField(), max_length=_MOST_PRODUCTS)

    class Meta:
        ref_name = "002 cart"
        swagger_schema_fields = {"example": {"products": [1, 2, 3]}}

    def to_internal_value(self, data: Any) -> Any:
        """Read a plain list, as the contract has it, or an object with ``products``, which forms can send, too."""
        return super().to_internal_value({"products": data} if isinstance(data, list) else data)


class OrderedInput(ContractInput):
    product = IdField()
    variant = VariantInput()
    number = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY, default=1)

    class Meta:
        ref_name = "002 ordered"


class CashoutInput(ContractInput):
    order = ObjectListInput(child=OrderedInput(), min_length=1, max_length=_MOST_PRODUCTS)
    mpesa_number = KenyanMobileInput()

    class Meta:
        ref_name = "002 cashout"
        swagger_schema_fields = {
            "example": {"order": [{"product": 1, "number": 2}], "mpesa_number": "0712345678"},
        }


class TrackedItemOutput(serializers.Serializer):
    product = serializers.IntegerField(source="product_id")
    variant = serializers.IntegerField(source="variant_id")
    name = serializers.CharField(source="full_name")
    number = serializers.IntegerField(source="quantity")
    price = AmountField(source="unit_price")
    total = AmountField()

    class Meta:
        ref_name = "002 tracked item"


class TrackOutput(serializers.Serializer):
    """Show an order that ``orders.selectors.order_details`` loaded."""

    order_id = serializers.IntegerField(source="id")
    order_number = serializers.CharField(source="number")
    track_status = serializers.CharField(source="status")
    payment_status = serializers.CharField()
    items = TrackedItemOutput(source="lines", many=True)
    total = AmountField()
    currency = serializers.CharField()
    tracking_number = serializers.CharField(source="shipment.tracking_number")
    created_at = serializers.DateTimeField(source="placed_at")

    class Meta:
        ref_name = "002 order track"


class CashoutOutput(TrackOutput):
    message = serializers.CharField(default="Please confirm the payment on your phone.")

    class Meta:
        ref_name = "002 cashed out"
