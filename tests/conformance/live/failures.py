"""Which handler answers which error, and what becomes of hooks that fail."""
from flask import Blueprint, Flask, abort, jsonify, make_response, redirect, request
from werkzeug.exceptions import BadRequestKeyError, Forbidden, HTTPException, InternalServerError, NotFound


class Base(Exception):
    pass


class Derived(Base):
    pass


class Unexpected(Exception):
    pass


class Teapot(HTTPException):
    code = 418
    description = "short"


ERRORS = {
    "base": lambda: Base("b"),
    "derived": lambda: Derived("d"),
    "unexpected": lambda: Unexpected("u"),
    "teapot": Teapot,
    "missing": lambda: NotFound("nothing here"),
    "own": lambda: NotFound(response=make_response("its own", 410)),
    "internal": lambda: InternalServerError(original_exception=Base("inner")),
}


def create_app():
    app = Flask(__name__, static_folder=None)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    names = {}
    for name in ("plain", "general", "chain", "quiet"):
        names[name] = Blueprint(name, __name__, url_prefix=f"/{name}")

    def add(target):
        @target.route("/abort/<int:code>")
        def abort_(code):
            abort(code, request.args.get("why", "because"))

        @target.route("/raise/<kind>")
        def raise_(kind):
            raise ERRORS[kind]()

        @target.route("/give/<kind>")
        def give(kind):
            return ERRORS[kind]()

        @target.route("/response")
        def response():
            abort(make_response("as it is", 409, {"X-Kept": "yes"}))

        @target.route("/redirect")
        def redirect_():
            abort(redirect("/elsewhere", 303))

        @target.route("/key")
        def key():
            return request.args["key"]

        @target.route("/only", methods=["PUT", "DELETE"])
        def only():
            return "only"

    for target in names.values():
        add(target)

    @names["general"].errorhandler(HTTPException)
    def general(error):
        return jsonify(code=error.code, name=error.name, kind=type(error).__name__), error.code

    @names["chain"].errorhandler(404)
    def to_forbidden(error):
        abort(403)

    @names["chain"].errorhandler(Base)
    def to_unexpected(error):
        raise Unexpected("in the handler")

    @names["chain"].errorhandler(411)
    def pairs(error):
        return ["a list"], 411, {"X-Listed": "yes"}

    @names["chain"].errorhandler(412)
    def same(error):
        return error

    @names["quiet"].errorhandler(Derived)
    def derived(error):
        return f"derived {error}", 500

    @names["quiet"].errorhandler(BadRequestKeyError)
    def missing_key(error):
        return f"no {type(error).__name__}", 400

    @names["quiet"].errorhandler(Forbidden)
    def forbidden(error):
        return error.description, 403

    @names["quiet"].app_errorhandler(409)
    def conflict(error):
        return "conflict everywhere", 409

    @app.errorhandler(404)
    def missing(error):
        return f"404 {error.description if error.description == 'nothing here' else ''}", 404

    @app.errorhandler(405)
    def method(error):
        return ",".join(sorted(error.valid_methods)), 405

    @app.errorhandler(Base)
    def base(error):
        return f"base {type(error).__name__} {error}"

    @app.errorhandler(500)
    def failed(error):
        original = error.original_exception
        return f"failed {'by itself' if original is None else type(original).__name__}", 500

    @app.before_request
    def before():
        if request.args.get("before") == "raise":
            raise Derived("before")
        if request.args.get("before") == "abort":
            abort(404)

    @app.after_request
    def after(response):
        if request.args.get("after") == "raise":
            raise Unexpected("after")
        if request.args.get("after") == "abort":
            abort(403)
        response.headers["X-After"] = str(response.status_code)
        return response

    for blueprint in names.values():
        app.register_blueprint(blueprint)
    return app
