"""Rules that meet in every way, and the URLs that url_for builds of them."""
from flask import Blueprint, Flask, jsonify, request, url_for
from werkzeug.routing import BaseConverter, ValidationError

RULES = [
    ("/", "root", {}),
    ("/plain", "plain", {}),
    ("/slash/", "slash", {}),
    ("/loose", "loose", {"strict_slashes": False}),
    ("/loose/branch/", "branch", {"strict_slashes": False}),
    ("/int/<int:n>", "int", {}),
    ("/int/<int(signed=True):n>/signed", "signed", {}),
    ("/range/<int(min=5, max=10):n>", "range", {}),
    ("/fixed/<int(fixed_digits=3):n>", "fixed", {}),
    ("/two/<string(length=2):s>", "two", {}),
    ("/any/<any(foo, 'b c'):s>", "any", {}),
    ("/path/<path:p>", "path", {}),
    ("/path/<path:p>/edit", "edit", {}),
    ("/path/<path:p>/x/<s>", "middle", {}),
    ("/v<int:v>/<name>.<ext>", "compound", {}),
    ("/<a>/<b>", "both", {}),
    ("/page/", "page", {"defaults": {"n": 1}}),
    ("/page/<int:n>", "page", {}),
    ("/method", "method_get", {}),
    ("/method", "method_put", {"methods": ["PUT", "DELETE"]}),
    ("/quiet", "quiet", {"provide_automatic_options": False}),
    ("/old/<int:n>", "int", {"alias": True}),
    ("/moved/<int:n>", "moved", {"redirect_to": "int/<n>"}),
    ("/merge//x", "merge", {"merge_slashes": False}),
    ("/游客/<name>", "guest", {}),
    ("/odd/<odd:n>", "odd", {}),
]
BUILDS = [
    ("both", {"a": "x/y", "b": "a b?c#d&e%f"}),
    ("both", {"a": "-._~!$&'()*+,;=:@", "b": "游客"}),
    ("both", {"a": "x"}),
    ("plain", {"q": [1, None, "a b"], "none": None, "empty": "", "flag": True}),
    ("plain", {"b": 1, "a": "é&=+/?", "_anchor": "a b/c%游"}),
    ("plain", {"_external": True}),
    ("plain", {"_scheme": "https"}),
    ("plain", {"_external": True, "_scheme": ""}),
    ("int", {"n": "7"}),
    ("int", {"n": -7}),
    ("fixed", {"n": 7}),
    ("path", {"p": "/a//b c/"}),
    ("any", {"s": "foo"}),
    ("any", {"s": "bar"}),
    ("page", {}),
    ("page", {"n": 1}),
    ("page", {"n": 2, "q": 3}),
    ("odd", {"n": 5}),
    ("part.index", {}),
    ("part.deep.index", {}),
    ("part.deep.show", {"n": 3}),
    ("again.deep.show", {"n": 4}),
    (".index", {}),
    ("nowhere", {}),
]


class OddConverter(BaseConverter):
    regex = r"\d+"

    def to_python(self, value):
        if int(value) % 2 == 0:
            raise ValidationError()
        return int(value)

    def to_url(self, value):
        return f"{value:03d}"


def create_app():
    app = Flask(__name__, static_folder=None)
    app.url_map.converters["odd"] = OddConverter

    def where(**values):
        return jsonify(endpoint=request.endpoint, values=values, path=request.path, url=request.url)

    def built(**values):
        urls = []
        for endpoint, given in BUILDS:
            try:
                urls.append(url_for(endpoint, **given))
            except Exception as error:
                urls.append(f"no URL: {'BuildError' if type(error).__name__ == 'BuildError' else 'value'}")
        return jsonify(urls)

    for rule, endpoint, options in RULES:
        app.add_url_rule(rule, endpoint, where, **options)
    app.add_url_rule("/built/here", "built", built)
    part = Blueprint("part", __name__, url_prefix="/part")
    deep = Blueprint("deep", __name__, url_prefix="/deep", url_defaults={"n": 2})
    for blueprint in (part, deep):
        blueprint.add_url_rule("/", "index", where)
        blueprint.add_url_rule("/built", "built", built)
    deep.add_url_rule("/<int:n>", "show", where)
    part.register_blueprint(deep)
    app.register_blueprint(part)
    app.register_blueprint(part, name="again", url_prefix="/again/")
    return app
