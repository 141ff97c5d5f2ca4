"""The URLs of contract 000 (the aamarPay shop), in the order of its document."""

from django.urls import path

from storefronts.aamarpay_shop.views import accounts, buying, paying
from storefronts.joint import views as joint

urlpatterns = [
    path("api/login/", accounts.LoginView.as_view()),
    path("api/threads/", accounts.ThreadView.as_view()),
    path("api/register/", joint.RegisterView.as_view()),
    path("api/request_by_email_verification/", accounts.CodeRequestView.as_view()),
    path("api/verify_email_token/", accounts.CodeView.as_view()),
    path("api/products/", joint.ProductListView.as_view()),
    path("api/order_shipping/", buying.OrderShippingView.as_view()),
    path("api/product_cart/", buying.ProductCartView.as_view()),
    path("api/product_cart/<id:item_id>/", buying.ProductCartItemView.as_view()),
    path("api/aamar_pay_payment_request/", paying.PaymentRequestView.as_view()),
    path("api/aamar_pay_payment_confirmation_request/", paying.ConfirmationView.as_view()),
    path("api/aamar_pay_payment_confirmation_fail_request/", paying.FailConfirmationView.as_view()),
]
