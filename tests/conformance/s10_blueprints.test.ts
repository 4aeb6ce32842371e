import t from 'tap'
import { create_app } from './apps/s10_blueprints.ts'
import { replay } from './replay.ts'

await replay(t, 's10_blueprints', create_app)
