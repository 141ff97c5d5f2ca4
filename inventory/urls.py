from inventory import views
from utils.api.routers import Router

router = Router()
router.register("inventory/stock", views.StockItemViewSet, "stock-item")
router.register("inventory/movements", views.MovementViewSet, "movement")

urlpatterns = router.urls
