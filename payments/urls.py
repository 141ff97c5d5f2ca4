from django.urls import path

from payments.views import gateways, orders, payments, refunds

urlpatterns = [
    path("orders/", orders.OrderListView.as_view()),
    path("orders/<number:order_number>/payments/", orders.AttemptListView.as_view()),
    path("payments/", payments.PaymentListView.as_view()),
    path("payments/methods/", payments.WayListView.as_view()),
    path("payments/<number:payment_number>/", payments.PaymentView.as_view()),
    path("payments/<number:payment_number>/start/", payments.PaymentStartView.as_view()),
    path("payments/<number:payment_number>/confirm/", payments.PaymentConfirmView.as_view()),
    path("payments/<number:payment_number>/refunds/", refunds.RefundListView.as_view()),
    path("payments/refunds/<number:refund_number>/confirm/", refunds.RefundConfirmView.as_view()),
    path("payments/refunds/<number:refund_number>/withdraw/", refunds.RefundWithdrawView.as_view()),
    # Neither the name of a gateway that forbids it nor anything secret but the token stands in these addresses.
    path("payments/webhooks/<slug:method>/", gateways.WebhookView.as_view()),
    path("payments/cb/<slug:token>/", gateways.CallbackView.as_view()),
    path("payments/c2b/<slug:token>/confirmation/", gateways.PaidByHandView.as_view()),
    path("payments/c2b/<slug:token>/validation/", gateways.MayPayByHandView.as_view()),
    path("payments/return/<slug:number>/", gateways.ReturnView.as_view()),
]
