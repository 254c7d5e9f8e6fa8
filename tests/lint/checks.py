"""The lints, by name. Each takes the repository's root and gives its complaints, one line each."""

import coverage
import layering
import repository
import scatter
import size

ALL = {
    "layering": layering.check,
    "scatter": scatter.check,
    "size": size.check,
    "format": repository.check_format,
    "layout": repository.check_layout,
    "private": repository.check_private,
    "diagnostics": coverage.check_diagnostics,
    "registries": coverage.check_registries,
    "binary": repository.check_binary,
    "manual": repository.check_manual,
}
