"""The published API of shop 004: real-time order notifications.

``urls`` is the document's table in its order; ``serializers`` holds its words. Every rule is the core's.
"""
