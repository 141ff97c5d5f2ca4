from catalog.views import categories, products
from utils.api.routers import Router

router = Router()
router.register("categories", categories.CategoryViewSet, "category")
# Before the products, one of which the path would mean otherwise.
router.register("products/low-stock", products.LowStockViewSet, "low-stock")
router.register("products", products.ProductViewSet, "product")
router.register("products/<key:key>/variants", products.VariantViewSet, "variant")
router.register("products/<key:key>/images", products.ImageViewSet, "image")
router.register("products/<key:key>/reviews", products.ReviewViewSet, "review")

urlpatterns = router.urls
