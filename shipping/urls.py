from shipping import views
from utils.api.routers import Router

router = Router()
router.register("addresses", views.AddressViewSet, "address")

urlpatterns = router.urls
