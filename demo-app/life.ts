import { after_this_request, Blueprint, type Flagon, g, render_template, request } from 'flagon'

/** A page that draws the life of its own request: every hook leaves a line in `g.steps`. */
const life = new Blueprint('life', import.meta.url, { url_prefix: '/life' })

/** One hook that ran: whose it was, its name, what it did, and the keys of `g` afterwards. */
interface Step {
  owner: string
  hook: string
  did: string
  g: string
}

declare module 'flagon' {
  interface GlobalData {
    steps?: Step[]
    ticket?: number
    weather?: string
  }
}

/** Stands in the page until the last hook that can still change the response puts the drawing there. */
const DRAW_HERE = '<!--life-->'

let tickets = 0
/** What the teardown functions of the last request left: they run when their own page has long been sent. */
let lastTeardown: Step[] = []

function note(owner: string, hook: string, did: string): void {
  if (request.blueprint !== 'life') return
  g.steps ??= []
  const keys = Object.entries(g).filter(([key]) => key !== 'steps')
  g.steps.push({ owner, hook, did, g: keys.map(([key, value]) => `${key} = ${value}`).join('，') })
}

life.url_value_preprocessor(() => note('life', 'url_value_preprocessor', '看一眼地址里的参数'))

life.before_request(() => {
  g.weather = '晴'
  note('life', 'before_request', '在 g 里放天气')
})

life.context_processor(() => {
  note('life', 'context_processor', '给模板送一句诗')
  return { poem: '葡萄美酒夜光杯' }
})

life.get('/', function page() {
  after_this_request((response) => {
    note('视图', 'after_this_request', '视图里临时登记的，只管这一次')
    return response
  })
  note('视图', 'life.page', '渲染 life.html')
  return render_template('life.html', { draw_here: DRAW_HERE })
})

life.after_request((response) => {
  note('life', 'after_request', '蓝图先看到回应')
  return response
})

life.teardown_request(() => note('life', 'teardown_request', '蓝图收拾'))

/** Registers the blueprint and the app's own hooks, which run for every page but take notes on this one alone. */
export function watch_life(app: Flagon): void {
  app.before_first_request(() => note('app', 'before_first_request', '整个进程只有一次'))

  app.url_value_preprocessor(() => note('app', 'url_value_preprocessor', '看一眼地址里的参数'))

  app.before_request(() => {
    g.ticket = ++tickets
    note('app', 'before_request', '在 g 里放号码')
  })

  app.context_processor(() => {
    note('app', 'context_processor', '给模板送站名')
    return { site: '酒壶' }
  })

  // after_request runs backwards: the first to be registered is the last to run, and it draws the page.
  app.after_request((response) => {
    if (request.endpoint !== 'life.page') return response
    note('app', 'after_request', '最后一个看到回应，画下这张图')
    const drawing = app.jinja_env.get_template('life-steps.html').render({ steps: g.steps, lastTeardown })
    response.set_data(response.get_data({ as_text: true }).replace(DRAW_HERE, () => drawing))
    g.steps = []
    return response
  })

  app.teardown_request(() => note('app', 'teardown_request', '应用收拾'))

  app.teardown_appcontext(() => {
    if (request.endpoint !== 'life.page') return
    note('app', 'teardown_appcontext', '最后关灯')
    lastTeardown = g.steps ?? []
  })

  app.register_blueprint(life)
}
