import t from 'tap'
import { create_app } from './apps/s11_login.ts'
import { replay } from './replay.ts'

await replay(t, 's11_login', create_app)
