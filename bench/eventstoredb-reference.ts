import { createRequire } from 'node:module';
import type * as FeatureServices from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type * as StreamsServices from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Server, ServerCredentials, type ServerDuplexStream, type ServerWritableStream } from '@grpc/grpc-js';
import { getSupportedMethods } from '../embedded/eventstoredb/protocol/node.js';
import { encodeReadEvent, type Streams, shared, streams } from '../embedded/eventstoredb/protocol/wire.js';
import { benchEvent } from './eventstoredb-events.js';

// The upper bound on this runtime: a server that acknowledges every append and stores nothing, and that reads the same
// encoded events from an array, for as many events as the first argument says.
const require = createRequire(import.meta.url);
const { StreamsService }: typeof StreamsServices = require('@eventstore/db-client/generated/streams_grpc_pb.js');
const {
  ServerFeaturesService,
}: typeof FeatureServices = require('@eventstore/db-client/generated/serverfeatures_grpc_pb.js');

const count = Number(process.argv[2] ?? 0);
const created = Date.now();
const bodies = Array.from({ length: count }, (_, index) =>
  Buffer.from(encodeReadEvent({ ...benchEvent(index), position: index + 1, revision: index, created })),
);

const server = new Server();
server.addService(ServerFeaturesService, { getSupportedMethods });
server.addService(
  { ...StreamsService, read: { ...StreamsService.read, responseSerialize: (body: unknown) => body as Buffer } },
  {
    batchAppend(call: ServerDuplexStream<Streams.BatchAppendReq, Streams.BatchAppendResp>) {
      call.on('data', (request: Streams.BatchAppendReq) => {
        const position = new shared.AllStreamPosition().setCommitPosition('1').setPreparePosition('1');
        const success = new streams.BatchAppendResp.Success().setCurrentRevision('0').setPosition(position);
        call.write(new streams.BatchAppendResp().setCorrelationId(request.getCorrelationId()).setSuccess(success));
      });
      call.on('end', () => call.end());
    },
    async read(call: ServerWritableStream<unknown, Buffer>) {
      for (const body of bodies) {
        if (!call.write(body)) await new Promise((resolve) => call.once('drain', resolve));
      }
      call.end();
    },
    append: refuse,
    delete: refuse,
    tombstone: refuse,
  },
);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(`ready esdb://127.0.0.1:${port}?tls=false`);
});
process.once('disconnect', () => process.exit(0));

function refuse(_call: unknown, respond: (error: object) => void): void {
  respond({ code: 12, details: 'not part of the reference' });
}
