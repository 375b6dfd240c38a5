import {
  type AthenaClient,
  BatchGetQueryExecutionCommand,
  InvalidRequestException,
  ListQueryExecutionsCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';

export interface AthenaPlace {
  readonly client: AthenaClient;
  readonly workGroup: string;
  readonly database: string;
}

/** Of one listing, and of one look at many statements. */
const PAGE = 50;
/** Athena lists the newest first, and a lake has one statement at a time: an open one is among the last few. */
const PAGES = 2;

/**
 * Takes a token away from whoever noted it: a token stands for one statement for ever, so what is started under it
 * later is refused by Athena itself. Either it had started already, and is seen by openStatements from now on, or it
 * never will.
 */
export async function spendToken(place: AthenaPlace, token: string): Promise<void> {
  const { client, workGroup, database } = place;
  try {
    await client.send(
      new StartQueryExecutionCommand({
        QueryString: 'select 1',
        WorkGroup: workGroup,
        QueryExecutionContext: { Database: database },
        ClientRequestToken: token,
      }),
    );
  } catch (error) {
    // The token stands for another text.
    if (!(error instanceof InvalidRequestException)) throw error;
  }
}

/** Ids of the statements on this database that are not final, the newest first. */
export async function openStatements({
  client,
  workGroup,
  database,
}: AthenaPlace): Promise<readonly string[]> {
  const open: string[] = [];
  let token: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const listed = await client.send(
      new ListQueryExecutionsCommand({
        WorkGroup: workGroup,
        MaxResults: PAGE,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    const ids = listed.QueryExecutionIds ?? [];
    if (ids.length === 0) break;
    const { QueryExecutions = [] } = await client.send(
      new BatchGetQueryExecutionCommand({ QueryExecutionIds: ids }),
    );
    for (const { QueryExecutionId: id, QueryExecutionContext: context, Status: status } of QueryExecutions) {
      const isOpen = status?.State === 'QUEUED' || status?.State === 'RUNNING';
      if (isOpen && id !== undefined && context?.Database === database) open.push(id);
    }
    token = listed.NextToken;
    if (token === undefined) break;
  }
  return open;
}

/** Asks for it to be stopped; it is final later, or has been meanwhile. */
export async function stopStatement(client: AthenaClient, queryId: string): Promise<void> {
  try {
    await client.send(new StopQueryExecutionCommand({ QueryExecutionId: queryId }));
  } catch (error) {
    if (!(error instanceof InvalidRequestException)) throw error;
  }
}
