"""How static files are kept for the web: named by their content, compressed once."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """Also renames what our JavaScript modules import, so that all of it is cached for good."""

    support_js_module_import_aggregation = True
