/** Lists in the forms that data sets publish: which clips they name, with which labels, in which split. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Claims, shotKey } from '../../../../core/intake/claim.ts';
import { importMedia } from '../../../../core/intake/import-media.ts';
import { readList } from '../../../../core/intake/lists/read-list.ts';
import { NO_WISHES } from '../../../../core/intake/read-rules.ts';
import { locateMediaTools } from '../../../../core/process/media-tools.ts';

const SHARED = join(import.meta.dirname, '../../../../../shared/media');
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lists-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, text = 'x'): void => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
};
/** `title shot: split, labels, file, windows` of each clip. */
const said = (claims: Claims): string[] =>
  claims.files.map(({ title, shot, path }) => {
    const { labels, windows } = claims.shots.get(shotKey(title, shot))!;
    const times = windows.map(({ timeWindow }) => ` ${timeWindow.startSec}-${timeWindow.endSec}`).join('');
    return `${title} ${shot}: ${claims.titles.get(title)!.split}, ${labels.join(' ')}, ${path.slice(folder.length + 1)}${times}`;
  });

describe.each([['by name'], ['auto']])('lists, %s', (how) => {
  const list = (kind: string): Promise<Claims> => readList(folder, how === 'auto' ? 'auto' : kind);

  it('of AudioSet', async () => {
    put(
      'class_labels_indices.csv',
      'index,mid,display_name\n0,/m/09x0r,"Speech"\n1,/m/04rlf,"Music, loud"\n',
    );
    const head =
      '# Segments csv created Sun Mar  5 10:54:31 2017\n# num_ytids=2\n# YTID, start_seconds, end_seconds, positive_labels\n';
    put(
      'balanced_train_segments.csv',
      `${head}--PJHxphWEs, 30.000, 40.000, "/m/09x0r,/m/04rlf"\nabsent00000, 0.000, 10.000, "/m/09x0r"\n`,
    );
    put('eval_segments.csv', `${head}-0RWZT-miFs, 420.000, 430.000, "/m/03v3yw"\n`);
    put('audio/--PJHxphWEs_30.flac');
    put('audio/-0RWZT-miFs.mp4');
    const claims = await list('audioset');
    expect(said(claims)).toEqual(
      [
        '-0RWZT-miFs 420: heldout, class:/m/03v3yw, audio/-0RWZT-miFs.mp4 420-430',
        '--PJHxphWEs 30: train, class:Music, loud class:Speech, audio/--PJHxphWEs_30.flac',
      ].sort((a, b) => said(claims).indexOf(a) - said(claims).indexOf(b)),
    );
    expect(claims.problems).toMatchObject([
      { message: expect.stringMatching(/^1 of the 3 clips .*absent00000/) },
    ]);
    expect(claims.titles.get('--PJHxphWEs')).toMatchObject({ needsDub: false });
  });

  it('of VGGSound', async () => {
    put('vggsound.csv', '---g-f_I2yQ,1,"people marching",test\n--0PQM4-hqg,30,waterfall burbling,train\n');
    put('video/---g-f_I2yQ_000001.mp4');
    put('video/--0PQM4-hqg.mp4');
    expect(said(await list('vggsound'))).toEqual([
      '---g-f_I2yQ 1: heldout, class:people marching, video/---g-f_I2yQ_000001.mp4',
      '--0PQM4-hqg 30: train, class:waterfall burbling, video/--0PQM4-hqg.mp4 30-40',
    ]);
  });

  it('of Kinetics', async () => {
    put(
      'kinetics400/train.csv',
      'label,youtube_id,time_start,time_end,split,is_cc\nair drumming,-VtLx-mcPds,33,43,train,0\n',
    );
    put(
      'kinetics400/validate.csv',
      'label,youtube_id,time_start,time_end,split,is_cc\nyoga,abc,0,10,validate,0\n',
    );
    put('kinetics400.csv', 'label,youtube_id,time_start,time_end,split\n');
    put('train/air drumming/-VtLx-mcPds_000033_000043.mp4');
    put('val/yoga/abc_000000_000010.mp4');
    expect(said(await list('kinetics'))).toEqual([
      '-VtLx-mcPds 33: train, class:air drumming, train/air drumming/-VtLx-mcPds_000033_000043.mp4',
      'abc 0: heldout, class:yoga, val/yoga/abc_000000_000010.mp4',
    ]);
  });

  it('of UCF101: a group is a title', async () => {
    put('splits/classInd.txt', '1 Archery\n2 GolfSwing\n');
    put('splits/trainlist01.txt', 'Archery/v_Archery_g08_c01.avi 1\nArchery/v_Archery_g08_c02.avi 1\n');
    put('splits/testlist01.txt', 'Archery/v_Archery_g01_c02.avi\nGolfSwing/v_GolfSwing_g02_c01.avi\n');
    for (const name of ['v_Archery_g08_c01', 'v_Archery_g08_c02', 'v_Archery_g01_c02'])
      put(`Archery/${name}.avi`);
    const claims = await list('ucf101');
    expect(said(claims).sort()).toEqual([
      'v_Archery_g01 c02: heldout, class:Archery, Archery/v_Archery_g01_c02.avi',
      'v_Archery_g08 c01: train, class:Archery, Archery/v_Archery_g08_c01.avi',
      'v_Archery_g08 c02: train, class:Archery, Archery/v_Archery_g08_c02.avi',
    ]);
    expect(claims.titles.size).toBe(2);
  });

  it('of HMDB51: what neither trains nor tests has no split of its own', async () => {
    put(
      'clap_test_split1.txt',
      'Alex_applauding_himself_clap_u_cm_np1_fr_med_1.avi 2 \nA_clap_u_cm_np1_fr_med_0.avi 1 \nB_clap_u_nm_np1_fr_bad_0.avi 0 \n',
    );
    for (const name of [
      'Alex_applauding_himself_clap_u_cm_np1_fr_med_1',
      'A_clap_u_cm_np1_fr_med_0',
      'B_clap_u_nm_np1_fr_bad_0',
    ])
      put(`clap/${name}.avi`);
    expect(said(await list('hmdb51')).sort()).toEqual([
      'A clap_u_cm_np1_fr_med_0: train, class:clap, clap/A_clap_u_cm_np1_fr_med_0.avi',
      'Alex_applauding_himself clap_u_cm_np1_fr_med_1: heldout, class:clap, clap/Alex_applauding_himself_clap_u_cm_np1_fr_med_1.avi',
      'B clap_u_nm_np1_fr_bad_0: null, class:clap, clap/B_clap_u_nm_np1_fr_bad_0.avi',
    ]);
  });

  it('of ESC-50: clips of one recording are one title', async () => {
    put(
      'meta/esc50.csv',
      'filename,fold,target,category,esc10,src_file,take\n1-7974-A-49.wav,1,49,hand_saw,False,7974,A\n1-7974-B-49.wav,1,49,hand_saw,False,7974,B\n5-1-A-0.wav,5,0,dog,True,1,A\n',
    );
    for (const name of ['1-7974-A-49', '1-7974-B-49', '5-1-A-0']) put(`audio/${name}.wav`);
    expect(said(await list('esc50'))).toEqual([
      '1-7974 A-49: train, class:hand_saw fold:1, audio/1-7974-A-49.wav',
      '1-7974 B-49: train, class:hand_saw fold:1, audio/1-7974-B-49.wav',
      '5-1 A-0: heldout, class:dog fold:5, audio/5-1-A-0.wav',
    ]);
  });

  it('of LVU: held out where any task holds it out', async () => {
    put('lvu_1.0/scene/train.csv', '2 school vid-1_x tt01\n0 office vid2 tt02\n');
    put('lvu_1.0/genre/test.csv', '0 Comedy vid-1_x tt01\n');
    put('lvu_1.0/like_ratio/train.csv', '2411 120 vid2 tt02\n');
    put('videos/vid-1_x.mp4');
    put('videos/vid2.mp4');
    expect([...new Set(said(await list('lvu')))].sort()).toEqual([
      'vid-1_x 1: heldout, genre-part:test genre:Comedy scene-part:train scene:school, videos/vid-1_x.mp4',
      'vid2 1: train, like_ratio-part:train like_ratio:2411/120 scene-part:train scene:office, videos/vid2.mp4',
    ]);
  });
});

describe('a folder that cannot be used', () => {
  it('says which data sets there are, which lists are missing, and that none of the media is there', async () => {
    await expect(readList(folder, 'imagenet')).rejects.toThrow(/"imagenet" is no data set .* esc50/);
    await expect(readList(folder, 'auto')).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    await expect(readList(folder, 'esc50')).rejects.toThrow(/has no list of esc50 \(esc50\.csv\)/);
    put('esc50.csv', 'filename,fold,target,category,esc10,src_file,take\n1-1-A-0.wav,1,0,dog,True,1,A\n');
    await expect(readList(folder, 'esc50')).rejects.toThrow(/none of the 1 clips/);
    await expect(readList(join(folder, 'nothing'), 'esc50')).rejects.toMatchObject({
      code: 'PATH_NOT_FOUND',
    });
  });
});

describe.skipIf(!existsSync(SHARED))('real files of the data sets', () => {
  const take = (kind: string) =>
    importMedia(
      {
        inputs: [],
        originalLanguage: null,
        cacheFolder: join(folder, 'cache'),
        naming: { ...NO_WISHES, list: { path: folder, kind } },
      },
      locateMediaTools(),
    );

  it('of ESC-50 become titles of sound only, with labels and without pairs', async () => {
    put(
      'esc50.csv',
      'filename,fold,target,category,esc10,src_file,take\n1-137-A-32.wav,1,32,keyboard_typing,False,137,A\n1-7974-A-49.wav,1,49,hand_saw,False,7974,A\n1-7974-B-49.wav,1,49,hand_saw,False,7974,B\n',
    );
    for (const name of ['1-137-A-32.wav', '1-7974-A-49.wav', '1-7974-B-49.wav'])
      copyFileSync(join(SHARED, 'esc50', name), join(folder, name));
    const { titles, leftovers, refused } = await take('esc50');
    expect([leftovers, refused]).toEqual([[], []]);
    expect(titles.map(({ name, split, shots }) => [name, split, shots.length])).toEqual([
      ['1-137', 'train', 1],
      ['1-7974', 'train', 2],
    ]);
    const [shot] = titles[0]!.shots;
    expect(shot).toMatchObject({ video: { streamIndex: -1 }, labels: ['class:keyboard_typing', 'fold:1'] });
    expect(shot!.clips.length).toBeGreaterThan(0);
    expect(shot!.tracks.map(({ language, role }) => [language, role])).toEqual([['und', 'original']]);
  });

  it('of UCF101 become titles with pictures, also where a clip has no sound', async () => {
    put(
      'testlist01.txt',
      'Archery/v_Archery_g01_c02.avi\nArchery/v_Archery_g01_c03.avi\nGolfSwing/v_GolfSwing_g02_c01.avi\n',
    );
    for (const name of ['v_Archery_g01_c02.avi', 'v_Archery_g01_c03.avi', 'v_GolfSwing_g02_c01.avi'])
      copyFileSync(join(SHARED, 'action', name), join(folder, name));
    const { titles, leftovers } = await take('ucf101');
    expect(leftovers).toEqual([]);
    expect(titles.map(({ name, shots }) => [name, shots.map((shot) => shot.tracks.length)])).toEqual([
      ['v_Archery_g01', [1, 1]],
      ['v_GolfSwing_g02', [0]],
    ]);
  });
});
