"""Between trees of segments and the typed models, in both directions."""
