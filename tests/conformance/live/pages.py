"""What templates see of the request, the session and the helpers, and how they print it."""
from flask import Blueprint, Flask, flash, g, render_template_string, request, session
from markupsafe import Markup

SOURCES = [
    "{{ name }} {{ name|safe }} {{ mark }} {{ mark ~ name }}",
    "{% autoescape false %}{{ name }}{% endautoescape %}",
    "{{ request.args.get('q') }} {{ request.args.get('q') is none }} {{ request.args.q is defined }}",
    "{{ request.args.get('q', 'x') }} {{ request.args.getlist('q')|join('+') }} {{ request.args|length }}",
    "{% for key in request.args %}{{ key }};{% endfor %}{% for key, value in request.args.items() %}{{ value }};{% endfor %}",
    "{% if request.args %}some{% else %}none{% endif %} {{ 'q' in request.args }}",
    "{{ session.get('user') }} {{ session.user or 'guest' }} {{ session.nothing is defined }}",
    "{{ g.user }} {{ g.nothing }} {{ g.get('nothing') }} {{ g.get('nothing', 3) }} {{ 'user' in g }}",
    "{{ config.DEBUG }} {{ config.get('NOTHING') }} {{ config.NOTHING is defined }}",
    "{{ request.path }} {{ request.method }} {{ request.endpoint }} {{ request.blueprint }} {{ request.view_args }}",
    "{{ request.referrer }} {{ request.headers.get('X-A') }} {{ request.headers['X-A'] }} {{ request.cookies.c }}",
    "{{ request.authorization is none }} {{ request.content_length is none }} {{ request.is_json }}",
    "{{ url_for('index', q='a b') }} {{ url_for('show', n=1, _external=true) }} {{ url_for('show', **request.view_args) }}",
    "{{ get_flashed_messages(true)|length }} {% for kind, text in get_flashed_messages(with_categories=true) %}{{ kind }}:{{ text }};{% endfor %}",
    "{{ get_flashed_messages(category_filter=['error'])|join('|') }}",
    "{{ shared }} {{ twice(2) }} {{ twice(by=3) }} {{ given }} {{ name|backwards }} {{ 4 is square }} {{ shout('a') }}",
    "{{ {'b': 1, 'a': [1.0, none, true, '<é>']}|tojson }}",
    "{{ nothing }} {{ nothing|default('none') }} {{ nothing is defined }}",
    "{{ nothing.more }}",
    "{{ 1 / 0 }}",
    "{% nothing %}",
    "{% include 'nowhere.html' %}",
    "{% macro field(name, kind='text') %}<{{ name }} {{ kind }}>{{ caller() if caller }}{% endmacro %}{{ field('<a>') }}{% call field('b', kind='x') %}in{% endcall %}",
    "{% set row = namespace(n=0) %}{% for item in items if item is odd %}{% set row.n = row.n + item %}{{ loop.index }}/{{ loop.length }};{% endfor %}{{ row.n }}",
]


def create_app():
    app = Flask(__name__, static_folder=None)
    app.config.update(SECRET_KEY="110", SESSION_COOKIE_SAMESITE=None, PROPAGATE_EXCEPTIONS=False)
    part = Blueprint("part", __name__, url_prefix="/part")

    @app.context_processor
    def app_names():
        return {"shared": "<app>", "twice": lambda n=1, by=2: n * by, "given": "by the processor"}

    @part.context_processor
    def part_names():
        return {"shared": "part"}

    app.template_filter("backwards")(lambda text: text[::-1])
    app.template_test("square")(lambda n: int(n**0.5) ** 2 == n)
    app.template_global("shout")(lambda text: text.upper() + "!")

    @app.before_request
    def before():
        g.user = "<ann>"

    def show(n):
        return render_template_string(SOURCES[n], name="<n>&'", mark=Markup("<m>"), given="by the view", items=[1, 2, 3])

    app.add_url_rule("/<int:n>", "show", show)
    part.add_url_rule("/<int:n>", "show", show)

    @app.route("/")
    def index():
        return "index"

    @app.route("/flash")
    def flash_both():
        flash("<one>")
        flash("two", "error")
        session["user"] = "li"
        return "flashed"

    app.register_blueprint(part)
    return app
