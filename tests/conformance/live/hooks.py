"""The order of hooks on an app, a blueprint and one nested in it, with early answers and errors."""
from flask import Blueprint, Flask, abort, after_this_request, jsonify, request


class Stop(Exception):
    pass


def create_app():
    app = Flask(__name__, static_folder=None)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    log = []
    outer = Blueprint("outer", __name__, url_prefix="/outer")
    inner = Blueprint("inner", __name__, url_prefix="/inner/<int:n>")

    def hook(target, name):
        @target.url_value_preprocessor
        def preprocess(endpoint, values):
            log.append(f"values {name} {endpoint} {','.join(values) if values else ''}")

        @target.before_request
        def before():
            log.append(f"before {name}")
            if request.args.get("early") == name:
                return f"early from {name}", 203
            if request.args.get("fail") == f"before-{name}":
                raise Stop(name)

        @target.after_request
        def after(response):
            log.append(f"after {name} {response.status_code}")
            if request.args.get("fail") == f"after-{name}":
                raise Stop(name)
            response.headers.add("X-After", name)
            return response

        @target.after_request
        def after_second(response):
            log.append(f"second {name}")
            return response

        @target.teardown_request
        def teardown(error):
            log.append(f"teardown {name} {'' if error is None else type(error).__name__}")

    for target, name in ((app, "app"), (outer, "outer"), (inner, "inner")):
        hook(target, name)

    @outer.before_app_request
    def before_all():
        log.append("before all")

    @inner.after_app_request
    def after_all(response):
        log.append("after all")
        return response

    @app.teardown_appcontext
    def teardown_app(error):
        log.append("teardown context")

    @outer.errorhandler(Stop)
    def stopped(error):
        log.append("handled by outer")
        return f"stopped {error}", 500

    def view(**values):
        log.append("view")
        if request.args.get("fail") == "view":
            raise Stop("view")
        if "code" in request.args:
            abort(int(request.args["code"]))

        @after_this_request
        def once(response):
            log.append("once")
            return response

        return f"{request.endpoint} {','.join(request.blueprints)}"

    app.add_url_rule("/view", "view", view)
    for blueprint in (outer, inner):
        blueprint.add_url_rule("/view", "view", view)

    @app.route("/log")
    def show():
        shown = list(log)
        log.clear()
        return jsonify(shown)

    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    return app
