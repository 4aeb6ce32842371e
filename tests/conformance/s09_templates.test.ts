import t from 'tap'
import { create_app } from './apps/s09_templates.ts'
import { replay } from './replay.ts'

await replay(t, 's09_templates', create_app)
