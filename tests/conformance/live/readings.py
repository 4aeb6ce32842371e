"""What a view reads of a request: bodies, headers, dates, credentials, and the JSON made of it."""
from flask import Flask, jsonify, request


def create_app():
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 60
    methods = ["GET", "POST", "PUT"]

    @app.route("/fields", methods=methods)
    def fields():
        return jsonify(form=list(request.form.items(multi=True)), args=request.args, values=request.values.to_dict())

    @app.route("/form", methods=methods)
    def form():
        return request.form

    @app.route("/need", methods=methods)
    def need():
        return jsonify(request.form["a"], request.form.getlist("a"), request.form.get("n", -1, type=int))

    @app.route("/json", methods=methods)
    def json():
        return jsonify(got=request.json)

    @app.route("/silent", methods=methods)
    def silent():
        return jsonify(request.get_json(silent=True), request.is_json, request.mimetype)

    @app.route("/force", methods=methods)
    def force():
        return jsonify(request.get_json(force=True))

    @app.route("/data", methods=methods)
    def data():
        return jsonify(request.data.decode(), request.content_length, request.content_type, request.mimetype_params)

    @app.route("/credentials")
    def credentials():
        found = request.authorization
        if found is None:
            return jsonify(None)
        return jsonify(found.type, found.username, found.password, found.token, found.get("realm"), found.to_header())

    @app.route("/accepted")
    def accepted():
        types, languages = request.accept_mimetypes, request.accept_languages
        return jsonify(
            list(types),
            types.best_match(["text/html", "application/json"]),
            types.accept_json,
            types["text/plain"],
            list(languages),
            languages.best_match(["en", "de-AT", "zh"]),
        )

    @app.route("/conditions")
    def conditions():
        tags, ranges, control = request.if_none_match, request.range, request.cache_control
        since = request.if_modified_since
        return jsonify(
            tags.to_header(),
            tags.contains_weak("a"),
            None if since is None else int(since.timestamp()),
            None if ranges is None else [ranges.to_header(), ranges.range_for_length(100)],
            [control.max_age, control.no_cache, control.to_header()],
        )

    @app.route("/url", methods=methods)
    @app.route("/url/<path:rest>", methods=methods)
    def url(rest=None):
        parts = [request.url, request.base_url, request.url_root, request.host, request.path, request.full_path]
        return jsonify(parts + [request.query_string.decode("latin1"), rest, list(request.args.items(multi=True))])

    return app
