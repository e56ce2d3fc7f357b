"""The full policies as pages, from the data that answers are made of."""

from aiohttp import web

from bot.gateway.keys import RUNTIME
from bot.gateway.problems import refuse
from bot.gateway.rendering import page, static_file
from bot.services.conversations import language_for
from bot.services.policies import policy_page
from bot.shop.content.base import LANGUAGES
from bot.shop.content.vocabulary import TOPICS

routes = web.RouteTableDef()


@routes.get("/policies/{topic}")
async def get_policy(request: web.Request) -> web.Response:
    """One policy in full, in the language asked for by `lang` or by the browser."""
    topic = request.match_info["topic"]
    if topic not in TOPICS:
        refuse("not-found")
    runtime = request.app[RUNTIME]
    asked = request.query.get("lang") or request.headers.get("Accept-Language", "").split(",")[0]
    language = language_for(asked.split(";")[0].strip())
    shown = policy_page(runtime, topic, language, runtime.clock())
    titles = {name: policy_page(runtime, name, language, runtime.clock()).title for name in TOPICS}
    return page(request, "policy.html", policy=shown, titles=titles, languages=LANGUAGES)


@routes.get("/static/{name:[a-z0-9-]+\\.[a-z]+}")
async def get_static(request: web.Request) -> web.Response:
    """What the pages are drawn with."""
    return static_file(request.match_info["name"])
