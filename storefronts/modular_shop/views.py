"""The views of contract 003 (the modular shop). Each reads the request, calls the core and renders the answer."""

from typing import ClassVar

from django.http import HttpResponseRedirect
from drf_yasg.utils import swagger_auto_schema
from rest_framework import status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import resets
from accounts import services as accounts
from accounts.authentication import SignedInRequest, client_of
from accounts.serializers import TokenPairOutput
from accounts.views.recovery import MAILED
from catalog import selectors as catalog
from catalog import services as catalog_services
from storefronts.joint import serializers as joint
from storefronts.joint import views as joint_views
from storefronts.joint.views import ChangesProducts
from storefronts.modular_shop import serializers
from utils.api.permissions import ActionPermissions, staff_with
from utils.api.views import PublicPage, PublicView, read, respond

# The path of the mailed password reset link, below FRONTEND_URL. The contract publishes it.
RESET_PAGE = "accounts/password-reset-confirm/{uid}/{secret}/"
_MAILED = {"message": MAILED["detail"]}


class RegisterView(PublicView):
    @swagger_auto_schema(
        request_body=serializers.RegistrationInput, responses={201: serializers.RegisteredOutput}, security=[]
    )
    def post(self, request: Request) -> Response:
        """Register a new user (sends OTP to email)"""
        user = accounts.user_register(client=client_of(request), **read(serializers.RegistrationInput, request))
        return respond(serializers.RegisteredOutput, user, status.HTTP_201_CREATED)


class VerifyOtpView(PublicView):
    @swagger_auto_schema(request_body=serializers.OtpInput, responses={200: serializers.MessageOutput}, security=[])
    def post(self, request: Request) -> Response:
        """Verify OTP for account activation"""
        accounts.email_verify(client=client_of(request), **read(serializers.OtpInput, request))
        return Response({"message": "The e-mail address is verified. You can sign in now."})


class ResendOtpView(PublicView):
    @swagger_auto_schema(
        request_body=serializers.EmailOnlyInput, responses={200: serializers.MessageOutput}, security=[]
    )
    def post(self, request: Request) -> Response:
        """Resend OTP to user's email"""
        fields = read(serializers.EmailOnlyInput, request)
        accounts.code_request(purpose=accounts.CodePurpose.EMAIL_VERIFICATION, client=client_of(request), **fields)
        return Response(_MAILED)


class SignInView(PublicView):
    @swagger_auto_schema(request_body=serializers.SignInInput, responses={200: TokenPairOutput}, security=[])
    def post(self, request: Request) -> Response:
        """Obtain JWT access and refresh tokens. The e-mail address must be verified."""
        fields = read(serializers.SignInInput, request)
        _, tokens = accounts.sign_in(client=client_of(request), needs_verified_email=True, **fields)
        return respond(TokenPairOutput, tokens)


class ChangePasswordView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(
        request_body=serializers.PasswordChangeInput, responses={200: serializers.PasswordChangedOutput}
    )
    def post(self, request: SignedInRequest) -> Response:
        """Change password. Every earlier token stops working; the answer holds new ones."""
        fields = read(serializers.PasswordChangeInput, request)
        tokens = accounts.password_change(user=request.user, client=client_of(request), **fields)
        return respond(serializers.PasswordChangedOutput, tokens)


class RequestResetEmailView(PublicView):
    @swagger_auto_schema(
        request_body=serializers.EmailOnlyInput, responses={200: serializers.MessageOutput}, security=[]
    )
    def post(self, request: Request) -> Response:
        """Request password reset email"""
        fields = read(serializers.EmailOnlyInput, request)
        accounts.reset_link_request(client=client_of(request), page=RESET_PAGE, **fields)
        return Response(_MAILED)


class PasswordResetConfirmView(PublicView):
    @swagger_auto_schema(responses={302: "To the shop's page for a new password."}, security=[])
    def get(self, request: Request, uid: str, secret: str) -> HttpResponseRedirect:
        """Redirect a browser that opens a password reset link to the shop's own page for a new password.

        Mailed links open this URL when no separate front end (FRONTEND_URL) is set.
        """
        page = resets.OUR_PAGE.format(token=resets.ResetToken(uid, secret))
        return HttpResponseRedirect(f"/{page}", headers={"Cache-Control": "private, no-store"})

    @swagger_auto_schema(
        request_body=serializers.NewPasswordInput, responses={200: serializers.MessageOutput}, security=[]
    )
    def post(self, request: Request, uid: str, secret: str) -> Response:
        """Confirm password reset with token. The user is signed out everywhere."""
        token = resets.ResetToken(uid, secret)
        accounts.password_reset_by_link(
            token=token, client=client_of(request), **read(serializers.NewPasswordInput, request)
        )
        return Response({"message": "The password has been changed. You can sign in with it now."})


class UserView(APIView):
    permission_classes = [IsAuthenticated]

    @swagger_auto_schema(responses={200: serializers.UserOutput})
    def get(self, request: SignedInRequest) -> Response:
        """Get current user details"""
        return respond(serializers.UserOutput, request.user)


class TokenViewSet(joint_views.TokenViewSet):
    """Sign in with tokens. This subclass makes Swagger UI list its paths under contract 003."""


class TokenVerifyView(joint_views.TokenVerifyView):
    """Verify JWT token"""


class ProductListView(joint_views.ProductListView):
    """List all products"""

    contracts: ClassVar[tuple[str, ...]] = ("modular_shop",)


class ProductView(joint_views.ProductView):
    contracts: ClassVar[tuple[str, ...]] = ("modular_shop",)
    permissions = {**joint_views.ProductView.permissions, "patch": ChangesProducts}

    @swagger_auto_schema(request_body=joint.ProductInput, responses={200: joint.ProductOutput})
    def put(self, request: SignedInRequest, product_id: int) -> Response:
        """Update product (Admin Only). Every required field must be given."""
        return joint_views.product_change(request, product_id, partial=False)

    @swagger_auto_schema(request_body=joint.ProductInput, responses={200: joint.ProductOutput})
    def patch(self, request: SignedInRequest, product_id: int) -> Response:
        """Partial update product (Admin Only)"""
        return joint_views.product_change(request, product_id, partial=True)


class CategoryListView(joint_views.CategoryRows):
    """List all categories"""


_ChangesCategories = staff_with("catalog.change_category")


class CategoryView(ActionPermissions, PublicPage):
    permissions = {
        "get": AllowAny,
        "put": _ChangesCategories,
        "patch": _ChangesCategories,
        "delete": staff_with("catalog.delete_category"),
    }

    @swagger_auto_schema(responses={200: joint.CategoryOutput}, security=[])
    def get(self, request: Request, category_id: int) -> Response:
        """Retrieve category details"""
        return respond(joint.CategoryOutput, catalog.category_get(category_id))

    @swagger_auto_schema(request_body=joint.CategoryInput, responses={200: joint.CategoryOutput})
    def put(self, request: Request, category_id: int) -> Response:
        """Update category (Admin Only)"""
        return self._change(request, category_id, partial=False)

    @swagger_auto_schema(request_body=joint.CategoryInput, responses={200: joint.CategoryOutput})
    def patch(self, request: Request, category_id: int) -> Response:
        """Partial update category (Admin Only)"""
        return self._change(request, category_id, partial=True)

    @staticmethod
    def _change(request: Request, category_id: int, *, partial: bool) -> Response:
        category = catalog.category_get(category_id)
        catalog_services.category_update(category=category, **read(joint.CategoryInput, request, partial=partial))
        return respond(joint.CategoryOutput, category)

    @swagger_auto_schema(responses={204: "Deleted."})
    def delete(self, request: Request, category_id: int) -> Response:
        """Delete a category (Admin Only), if it has no categories below it and no products except archived ones."""
        catalog_services.category_delete(category=catalog.category_get(category_id))
        return Response(status=status.HTTP_204_NO_CONTENT)
