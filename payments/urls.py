from django.urls import path

from payments.views import gateways, payments, refunds
from utils.api.routers import Router

router = Router()
# Registered before the payments: otherwise these paths would be read as payment numbers.
router.register("payments/methods", payments.PaymentMethodViewSet, "payment-method")
router.register("payments/refunds", refunds.RefundDecisionViewSet, "refund-decision")
router.register("payments", payments.PaymentViewSet, "payment")
router.register("payments/<number:payment_number>/refunds", refunds.RefundViewSet, "refund")

urlpatterns = [
    # These URLs hold nothing secret but the token, and no name of a gateway that forbids it.
    path("payments/webhooks/<slug:method>/", gateways.WebhookView.as_view()),
    path("payments/cb/<slug:token>/", gateways.CallbackView.as_view()),
    path("payments/c2b/<slug:token>/confirmation/", gateways.PaidByHandView.as_view()),
    path("payments/c2b/<slug:token>/validation/", gateways.MayPayByHandView.as_view()),
    path("payments/return/<slug:number>/", gateways.ReturnView.as_view()),
    *router.urls,
]
