"""A digest of the code that computes features: an edit of it is a version of its own."""

import ast
import hashlib
import inspect
from types import ModuleType

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)


def code_digest(*modules: ModuleType) -> str:
    """SHA-256 of the modules' code, whatever their comments, docstrings and layout."""
    digest = hashlib.sha256()
    for module in modules:
        tree = ast.parse(inspect.getsource(module))
        for node in ast.walk(tree):
            if isinstance(node, _DOCUMENTED):
                node.body = [part for part in node.body if not _is_text(part)]
        digest.update(ast.unparse(tree).encode() + b"\0")
    return digest.hexdigest()


def _is_text(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Expr):
        return False
    return isinstance(statement.value, ast.Constant) and isinstance(statement.value.value, str)
