import t from 'tap'
import { create_app } from './apps/s01_routing.ts'
import { replay } from './replay.ts'

await replay(t, 's01_routing', create_app)
