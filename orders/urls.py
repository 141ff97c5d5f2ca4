"""The URLs of orders in /api/v1/."""

from orders.views import orders, promotions
from utils.api.routers import Router

router = Router()
router.register("orders", orders.OrderViewSet, "order")
router.register("promotions", promotions.PromotionViewSet, "promotion")
router.register("promotions/<id:promotion_id>/codes", promotions.PromotionCodeViewSet, "promotion-code")

urlpatterns = router.urls
