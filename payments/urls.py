from django.urls import path

from payments.views import gateways, orders, payments, refunds

urlpatterns = [
    path("orders/", orders.OrderListView.as_view()),
    path("orders/<id:order_id>/payments/", orders.AttemptListView.as_view()),
    path("payments/", payments.PaymentListView.as_view()),
    path("payments/methods/", payments.WayListView.as_view()),
    path("payments/<id:payment_id>/", payments.PaymentView.as_view()),
    path("payments/<id:payment_id>/start/", payments.PaymentStartView.as_view()),
    path("payments/<id:payment_id>/confirm/", payments.PaymentConfirmView.as_view()),
    path("payments/<id:payment_id>/refunds/", refunds.RefundListView.as_view()),
    path("payments/refunds/<id:refund_id>/confirm/", refunds.RefundConfirmView.as_view()),
    path("payments/refunds/<id:refund_id>/withdraw/", refunds.RefundWithdrawView.as_view()),
    # Neither the name of a gateway that forbids it nor anything secret but the token stands in these addresses.
    path("payments/webhooks/<slug:method>/", gateways.WebhookView.as_view()),
    path("payments/cb/<slug:token>/", gateways.CallbackView.as_view()),
    path("payments/c2b/<slug:token>/confirmation/", gateways.PaidByHandView.as_view()),
    path("payments/c2b/<slug:token>/validation/", gateways.MayPayByHandView.as_view()),
    path("payments/return/<slug:number>/", gateways.ReturnView.as_view()),
]
