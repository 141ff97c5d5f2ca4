"""Route /simulator/, where the simulator is on."""

from django.urls import path

from payments.simulator.views import aamarpay, mpesa, pages, stripe
from payments.simulator.views.answers import endpoint

app_name = "simulator"
urlpatterns = [
    path("", pages.overview, name="overview"),
    path("phone/", pages.phone, name="phone"),
    path("pay/<str:public_id>/", pages.pay, name="pay"),
    path("deliveries/<int:delivery_id>/resend/", pages.resend, name="resend"),
    path("stripe/v1/checkout/sessions", stripe.endpoint(POST=stripe.create_session)),
    path("stripe/v1/checkout/sessions/<str:public_id>", stripe.endpoint(GET=stripe.get_session)),
    path("stripe/v1/checkout/sessions/<str:public_id>/expire", stripe.endpoint(POST=stripe.expire_session)),
    path("stripe/v1/payment_intents", stripe.endpoint(POST=stripe.create_intent)),
    path("stripe/v1/payment_intents/<str:intent_id>/cancel", stripe.endpoint(POST=stripe.cancel_intent)),
    path("stripe/v1/payment_intents/<str:intent_id>", stripe.endpoint(GET=stripe.get_intent)),
    path("stripe/v1/refunds", stripe.endpoint(GET=stripe.list_refunds, POST=stripe.create_refund)),
    path("stripe/v1/refunds/<str:public_id>", stripe.endpoint(GET=stripe.get_refund)),
    path("stripe/v1/events", stripe.endpoint(GET=stripe.list_events)),
    path("aamarpay/jsonpost.php", endpoint(POST=aamarpay.initiate)),
    path("aamarpay/api/v1/trxcheck/request.php", endpoint(GET=aamarpay.check, POST=aamarpay.check_posted)),
    path("aamarpay/paynow.php", pages.paynow),
    path("mpesa/oauth/v1/generate", endpoint(GET=mpesa.oauth)),
    path("mpesa/mpesa/stkpush/v1/processrequest", endpoint(POST=mpesa.push)),
    path("mpesa/mpesa/stkpushquery/v1/query", endpoint(POST=mpesa.query)),
    path("mpesa/mpesa/reversal/v1/request", endpoint(POST=mpesa.reverse)),
]
