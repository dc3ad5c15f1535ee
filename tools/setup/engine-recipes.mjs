/**
 * The one table of what the TensorFlow engine is made of. To move to another TensorFlow: versions and hashes here
 * (`pip install --dry-run --report -` prints both), then `npm test` and the golden model tests.
 */

/** Only what the binding includes; the whole `include` folder would be 270 MB. */
const HEADERS = [
  'tensorflow/include/tensorflow/c/*',
  'tensorflow/include/tensorflow/core/platform/*',
  'tensorflow/include/xla/tsl/c/*',
  'tensorflow/include/xla/tsl/platform/*',
  'tensorflow/include/tsl/platform/*',
];
const LIBRARIES = ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'];
const LICENCES = [
  '*.dist-info/LICENSE*',
  '*.dist-info/licenses/*',
  '*.dist-info/License*',
  'tensorflow/THIRD_PARTY_NOTICES*',
];

const TENSORFLOW_VERSION = '2.21.0';
const GIB = 2 ** 30;

const CPU = {
  key: `tensorflow-${TENSORFLOW_VERSION}-cpu-linux-x64-1`,
  label: 'TensorFlow engine',
  versions: { tensorflow: TENSORFLOW_VERSION },
  device: 'cpu',
  download: '0.3 GB',
  bytesNeeded: 2.5 * GIB,
  wheels: [
    {
      requirement: `tensorflow-cpu==${TENSORFLOW_VERSION}`,
      sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
      platforms: ['manylinux_2_27_x86_64'],
      files: [...LIBRARIES, ...HEADERS, ...LICENCES],
    },
  ],
};

/**
 * What `tensorflow[and-cuda]` 2.21.0 asks for, as pip resolved it on 2026-11-23. TensorFlow looks for these
 * libraries in `../nvidia/<name>/lib` beside its own folder, the layout of a Python environment, so they are
 * unpacked in the same layout. UNTESTED: no NVIDIA GPU was at hand when this was written.
 */
const NVIDIA = [
  ['cublas', '12.9.3.13', 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72'],
  ['cuda-cupti', '12.9.79', '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f'],
  ['cuda-nvcc', '12.9.86', '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0'],
  ['cuda-nvrtc', '12.9.86', '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4'],
  ['cuda-runtime', '12.9.79', '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3'],
  ['cudnn', '9.28.0.42', '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375'],
  ['cufft', '11.4.1.4', 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28'],
  ['curand', '10.3.10.19', '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e'],
  ['cusolver', '11.7.5.82', '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88'],
  ['cusparse', '12.5.10.65', '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78'],
  ['nccl', '2.32.3', 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c'],
  ['nvjitlink', '12.9.86', 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9'],
];

/** Every tag that these wheels carry. */
const NVIDIA_PLATFORMS = [
  'manylinux_2_27_x86_64',
  'manylinux_2_25_x86_64',
  'manylinux2014_x86_64',
  'manylinux2010_x86_64',
];

const CUDA = {
  key: `tensorflow-${TENSORFLOW_VERSION}-cuda12-linux-x64-1`,
  label: 'TensorFlow engine for NVIDIA GPUs',
  versions: {
    tensorflow: TENSORFLOW_VERSION,
    ...Object.fromEntries(NVIDIA.map(([name, version]) => [name, version])),
  },
  device: 'gpu',
  download: 'about 3 GB',
  bytesNeeded: 12 * GIB,
  wheels: [
    {
      requirement: `tensorflow==${TENSORFLOW_VERSION}`,
      sha256: 'b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0',
      platforms: ['manylinux_2_27_x86_64'],
      files: [...LIBRARIES, ...HEADERS, ...LICENCES],
    },
    ...NVIDIA.map(([name, version, sha256]) => ({
      requirement: `nvidia-${name}-cu12==${version}`,
      sha256,
      platforms: NVIDIA_PLATFORMS,
      files: [
        'nvidia/*/lib/*',
        'nvidia/cuda_nvcc/bin/ptxas',
        'nvidia/cuda_nvcc/nvvm/libdevice/*',
        ...LICENCES,
      ],
    })),
  ],
};

/** What can be built here, best first; empty where no recipe is known. */
export function recipesFor({ platform = process.platform, arch = process.arch, gpu }) {
  if (platform !== 'linux' || arch !== 'x64') return [];
  return gpu ? [CUDA, CPU] : [CPU];
}
