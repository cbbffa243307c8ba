// Messages are not taken apart: what comes goes back, length and all.
const { Socket } = process.getBuiltinModule('node:net')
const socket = new Socket({ fd: 3, readable: true, writable: true })
socket.on('data', (chunk) => socket.write(chunk))
socket.on('error', () => process.exit())
