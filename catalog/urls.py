from catalog.views import categories, products, tiers
from utils.api.routers import Router

router = Router()
router.register("categories", categories.CategoryViewSet, "category")
# Registered before the products: otherwise the path would name a product with the slug ``low-stock``.
router.register("products/low-stock", products.LowStockViewSet, "low-stock")
router.register("products", products.ProductViewSet, "product")
router.register("products/<key:key>/variants", products.VariantViewSet, "variant")
router.register("products/<key:key>/variants/<id:variant_id>/tiers", tiers.PriceTierViewSet, "price-tier")
router.register("products/<key:key>/images", products.ImageViewSet, "image")
router.register("products/<key:key>/reviews", products.ReviewViewSet, "review")

urlpatterns = router.urls
