"""The URLs of orders in /api/v1/."""

from orders.views import orders
from utils.api.routers import Router

router = Router()
router.register("orders", orders.OrderViewSet, "order")

urlpatterns = router.urls
