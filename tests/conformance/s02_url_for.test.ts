import t from 'tap'
import { create_app } from './apps/s02_url_for.ts'
import { replay } from './replay.ts'

await replay(t, 's02_url_for', create_app)
