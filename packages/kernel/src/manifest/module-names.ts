import { isBuiltin } from 'node:module'

const network = ['net', 'dgram', 'tls', 'dns', 'http', 'https', 'http2'] as const
const web = ['http', 'https', 'http2'] as const
const processes = ['child_process', 'cluster'] as const
const files = ['fs', 'wasi'] as const

/**
 * What Python's modules are called here: what a configuration that was written for Python blocks of Node. In an allow-list a name that Node has, too (`os`, `http`),
 * is Node's only: it allows the less.
 *
 * @see Platform Base, `config/plugins.yaml`
 */
export const pythonModules: Readonly<Record<string, readonly string[]>> = {
  os: ['os', ...files, ...processes],
  'os.path': ['path'],
  posix: ['os', ...files, ...processes],
  sys: ['sys', 'process'],
  io: ['fs'],
  shutil: [...files],
  pathlib: ['path', ...files],
  tempfile: [...files],
  subprocess: [...processes],
  pty: [...processes],
  multiprocessing: [...processes, 'worker_threads'],
  threading: ['worker_threads'],
  _thread: ['worker_threads'],
  concurrent: ['child_process', 'worker_threads'],
  'concurrent.futures': ['child_process', 'worker_threads'],
  asyncio: [...network, ...processes],
  socket: [...network],
  socketserver: [...network],
  ssl: ['tls', 'https', 'http2'],
  http: [...web],
  'http.client': [...web],
  'http.server': [...web],
  urllib: [...web],
  'urllib.request': [...web],
  urllib3: [...web],
  requests: [...web],
  httpx: [...web],
  aiohttp: [...web],
  xmlrpc: [...web],
  'xmlrpc.client': [...web],
  ftplib: ['net', 'tls'],
  smtplib: ['net', 'tls'],
  poplib: ['net', 'tls'],
  imaplib: ['net', 'tls'],
  telnetlib: ['net'],
  ctypes: ['ffi'],
  cffi: ['ffi'],
  sqlite3: ['sqlite'],
  importlib: ['module'],
  imp: ['module'],
  runpy: ['module', 'vm'],
  code: ['repl', 'vm'],
  pdb: ['inspector'],
  pickle: ['v8'],
  marshal: ['v8'],
}

/** Names of Python that stand for nothing here: they are kept, and no allow-list is made of them. */
const pythonOnly: ReadonlySet<string> = new Set(
  `numpy np scipy pandas pd polars pyarrow numba dask xarray sympy statsmodels sklearn scikit-learn scikit_learn skimage matplotlib plt pyplot seaborn bokeh tensorflow
  tf torch pytorch torchvision jax keras xgboost lightgbm catboost transformers spacy nltk gensim cv2 opencv opencv-python pil pillow django flask fastapi starlette
  sqlalchemy psycopg2 pymongo pydantic attrs pytest bs4 beautifulsoup4 lxml pyyaml openpyxl tqdm networkx shapely geopandas pywt pywavelets ruptures prophet builtins
  __future__ abc argparse array bisect calendar cmath collections contextlib copy dataclasses datetime decimal enum fractions functools gc heapq itertools json logging
  math numbers operator random re statistics string struct textwrap time traceback types typing typing_extensions warnings weakref zoneinfo`.split(
    /\s+/,
  ),
)

/** Is it a name of Python that stands for nothing here: `numpy`, `scipy.stats`? */
export function isPythonOnly(name: string): boolean {
  const [first = ''] = name.trim().toLowerCase().split('.')
  return pythonOnly.has(first)
}

/**
 * The modules that a name of a list stands for: `node:fs` for a module of Node, with or without `node:` and in any case, what `pythonModules` says of one of Python,
 * else the npm package, or its sub-path, of that name. Empty for what stands for nothing here.
 */
export function modulesMeant(written: string, list: 'allowed' | 'blocked'): readonly string[] {
  const name = written.trim()
  const lower = name.toLowerCase()
  const python = Object.hasOwn(pythonModules, lower) ? pythonModules[lower]! : []
  if (name === '' || (isPythonOnly(name) && list === 'allowed')) return []
  if (lower.startsWith('node:')) return [lower]
  if (isBuiltin(lower)) return [...new Set([`node:${lower}`, ...(list === 'blocked' ? python.map((one) => `node:${one}`) : [])])]
  if (python.length > 0) return python.map((one) => `node:${one}`)
  return isBuiltin(`node:${lower}`) ? [`node:${lower}`, name] : [name]
}
